"""The command that tells what is new, for installations without a worker; and tries a channel."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from campaigns import delivery, notices
from campaigns.models import NoticeChannel, NoticeDelivery
from engine.pace import SystemClock


class Command(BaseCommand):
    help = "Send the notices that are due; a worker does so by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--try", dest="channel", metavar="CHANNEL", help="send a notice that means nothing"
        )

    def handle(self, **options: Any) -> None:
        clock = SystemClock()
        if options["channel"] is not None:
            return self.try_out(options["channel"], clock)
        new, arrived = notices.collect(clock), delivery.deliver(clock)
        waiting = NoticeDelivery.objects.filter(status=NoticeDelivery.Status.WAITING).count()
        self.stdout.write(f"{new} new, {arrived} delivered, {waiting} not delivered")

    def try_out(self, name: str, clock: SystemClock) -> None:
        channel = NoticeChannel.objects.filter(name=name).first()
        if channel is None:
            known = ", ".join(NoticeChannel.objects.values_list("name", flat=True))
            raise CommandError(f"there is no channel “{name}”; known: {known or 'none'}")
        try:
            delivery.try_out(channel, clock.now())
        except delivery.NotDelivered as error:
            raise CommandError(f"not delivered: {error}") from error
        self.stdout.write("delivered")
