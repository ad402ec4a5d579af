"""Who works here: their groups, their sign-in, and what locks out guessers."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "linkedin_bot.staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        post_migrate.connect(_ship, sender=self, dispatch_uid="staff.rights")


def _ship(using: str, **given: object) -> None:
    """After the last app: the rights of all the others are there by now."""
    from linkedin_bot.staff.rights import ship

    ship(using)
