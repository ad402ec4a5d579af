"""The contacts app."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from contacts import search


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        post_migrate.connect(_look_after_search, sender=self)


def _look_after_search(using: str, **given: Any) -> None:
    search.look_after(connections[using])
