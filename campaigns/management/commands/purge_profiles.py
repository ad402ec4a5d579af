"""manage.py purge_profiles: remove what was read from people's profiles too long ago."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaigns.retention import purge_profiles
from engine.pace import SystemClock


class Command(BaseCommand):
    help = "Remove the profiles, and their scores, that a sourcing campaign read more than PROFILE_DAYS ago."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = purge_profiles(SystemClock().now(), settings.PROFILE_DAYS)
        self.stdout.write(
            f"{removed:,} profiles removed that were read more than {settings.PROFILE_DAYS} days ago."
        )
