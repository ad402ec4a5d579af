"""How an account stands, as its page tells it: state, session, hours, and what is left of its quotas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from engine.models import Account, StoredSession
from engine.ratelimit.database_store import Taken, history
from engine.ratelimit.windows import BUCKETS, Window, gentle_day, windows_of

# From so many days before its end on, a session is to be renewed.
SOON = timedelta(days=7)
SPOKEN = {"message": _("messages"), "visit": _("profile visits"), "withdrawal": _("withdrawals")}


@dataclass(frozen=True)
class Bar:
    """One window of a quota: what was taken of what it lets out now, and what the full limit is."""

    window: Window
    taken: int
    full: int

    @property
    def name(self) -> str:
        return gettext("24 hours") if self.window.span == timedelta(hours=24) else gettext("7 days")

    @property
    def left(self) -> int:
        return max(0, self.window.limit - self.taken)

    @property
    def is_ramped(self) -> bool:
        return self.window.limit < self.full


@dataclass(frozen=True)
class Quota:
    """One bucket: its bars, and what is let out in one run."""

    name: str
    per_run: Window
    bars: Sequence[Bar]


class Standing:
    """Reads the database a fixed number of times."""

    def __init__(self, account: Account, now: datetime) -> None:
        self.account, self.now = account, now

    @property
    def is_paused(self) -> bool:
        return self.account.state == Account.State.PAUSED

    @property
    def local_time(self) -> datetime:
        return self.now.astimezone(self.account.zone)

    @property
    def is_working_hour(self) -> bool:
        return self.account.hours_start <= self.local_time.time() < self.account.hours_end

    @cached_property
    def session(self) -> StoredSession | None:
        return StoredSession.objects.filter(account=self.account).defer("ciphertext").first()

    @property
    def session_state(self) -> tuple[str, str]:
        """In which tone, and in words, how the session is."""
        if self.session is None:
            return "danger", gettext("nobody has signed in")
        if self.session.expires_at is None:
            return "success", gettext("signed in")
        if self.session.expires_at <= self.now:
            return "danger", gettext("expired")
        return (
            ("warning", gettext("ends soon"))
            if self.session.expires_at - self.now < SOON
            else ("success", gettext("signed in"))
        )

    @property
    def gentle_day(self) -> int | None:
        """None where it is over, and in a rehearsal, which needs none."""
        return None if settings.REHEARSAL else gentle_day(self.account, self.now)

    @cached_property
    def quotas(self) -> list[Quota]:
        taken = history(self.account.pk, self.now)
        return [self._quota(bucket, [one for one in taken if one.bucket == bucket]) for bucket in BUCKETS]

    def _quota(self, bucket: str, taken: Sequence[Taken]) -> Quota:
        windows = windows_of(self.account, bucket, self.now, is_rehearsal=settings.REHEARSAL)
        full = windows_of(self.account, bucket, self.now, is_rehearsal=True)  # without the gentle start
        bars = [
            Bar(window, sum(one.at > self.now - window.span for one in taken), whole.limit)
            for window, whole in zip(windows, full, strict=True)
            if window.span
        ]
        return Quota(str(SPOKEN.get(bucket, bucket)), windows[0], bars)
