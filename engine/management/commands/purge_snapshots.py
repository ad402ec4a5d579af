"""manage.py purge_snapshots: remove the snapshots that are too old; each run does the same when it starts."""

from typing import Any

from django.core.management.base import BaseCommand

from engine import snapshots
from engine.pace import SystemClock


class Command(BaseCommand):
    help = "Remove the snapshots of pages that are older than SNAPSHOT_DAYS."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{snapshots.purge(SystemClock().now())} snapshots removed.")
