"""What can go wrong outside; the base class decides what becomes of the action."""

from datetime import datetime


class NothingSent(Exception):  # noqa: N818 - it names a fact
    """Whatever went wrong, nothing left this machine: the occasion is free again."""

    code = "nothing_sent"


class WrongPerson(NothingSent):
    """The page or the composer is not certainly the intended person's."""

    code = "wrong_person"


class PersonUnavailable(NothingSent):
    """The person's page does not exist (any more), or nobody can write to them from this account."""

    code = "person_unavailable"


class TextNotWritten(NothingSent):
    """The composer does not hold exactly the text that was to be sent."""

    code = "text_not_written"


class StopRun(Exception):  # noqa: N818 - it names an instruction
    """The run ends here with `outcome`; what is not done stays planned."""

    outcome = "internal_error"


class OutsideHours(StopRun):
    """The account's working hours are over, or have not begun."""

    outcome = "outside_hours"


class LimitReached(StopRun):
    """No permit is left in `window`; the next one is free at `opens_at` (None: not before the next run)."""

    outcome = "limit_reached"

    def __init__(self, window: str, opens_at: datetime | None = None) -> None:
        self.window = window
        self.opens_at = opens_at
        until = f"; the next is free at {opens_at:%Y-%m-%d %H:%M} UTC" if opens_at else ""
        super().__init__(f"the limit {window} is reached{until}")


class TooSoon(LimitReached):
    """The pause after the account's last action is not over: ask again at `opens_at`."""

    opens_at: datetime

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("one action at a time", opens_at)
        self.args = (f"the pause after the last action lasts until {opens_at:%H:%M:%S} UTC",)


class StopRequested(StopRun):
    """A person, or SIGTERM, asked the run to stop."""

    outcome = "stopped"


class LeaseLost(StopRun):
    """This process no longer holds the run; another one may."""

    outcome = "crashed"


class BrowserFailed(StopRun):
    """The browser or its driver could not be found, did not start, hung or died."""

    outcome = "browser_failed"


class NoSession(StopRun):
    """The account has no stored session that is still valid."""

    outcome = "no_session"


class AccountPaused(StopRun):
    """The account is paused, in the database, until a person resumes it; `advice` says what to do first."""

    outcome = "account_paused"

    def __init__(self, reason: str, advice: str = "") -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(f"{reason}. {advice}" if advice else reason)


class LayoutChanged(StopRun, NothingSent):
    """A page lacks what its contract asks for; `key` is the selector's key (`page.element`)."""

    outcome = code = "layout_changed"

    def __init__(self, key: str, detail: str = "") -> None:
        self.key = key
        super().__init__(f"{key}: {detail}" if detail else key)


class ProofMissing(StopRun):
    """The click may have happened and the proof was not seen: the action is in doubt."""

    outcome = "in_doubt"
    code = "proof_missing"
