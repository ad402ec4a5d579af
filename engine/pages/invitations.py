"""The sent invitations, read to their proven end, and the withdrawal of one of them, proved before and after."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.remote.webelement import WebElement

from engine.errors import LayoutChanged, NothingSent, PersonUnavailable, ProofMissing, WrongPerson
from engine.pages.ages import Age, age
from engine.pages.base import WAIT_MS, Reading, Window
from engine.pages.gate import PageKind
from engine.pages.words import words
from engine.ports import Invitation, Proof, Recipient, SentInvitations

PATH = "/mynetwork/invitation-manager/sent/"
HERE = (PageKind.INVITATIONS,)
READER = ("wording", "people_list", "invitations")
MOST_ROWS = 3_000
# One call walks for so long, within the driver's limit for a script; so many calls are the bound.
WALK_MS, QUIET_MS, QUESTION_MS = 8_000, 1_500, 5_000
MOST_CALLS = 120
ABSENT = {
    "name": "no link of the row bears one",
    "slug": "the row's link names a member id",
    "member_id": "neither the row nor its links name a member id",
    "headline": "no line stands between the name and the age",
    "age": "the age's words are not known",
    "age_text": "no line of the row speaks of an age",
    "withdraw": "not exactly one control of the row bears a known label",
}


def read_sent(window: Window) -> SentInvitations:
    """Open the list and read all of it. Raises LayoutChanged where there is none."""
    window.open(PATH)
    found, is_end, reading = _harvest(window)
    total = reading.page["total"]
    is_agreed = total is None or total == len(found) + reading.page["unread"]
    return SentInvitations(
        invitations=[_invitation(item) for item in found],
        total=total,
        is_complete=is_end and is_agreed and (bool(found) or _is_said_empty(reading.page)),
        language=reading.gate.lang,
    )


def describe(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what follows from its lines; a field that the page does not give is None, with the reason."""
    text, seen = _age_of([*item["times"], *reversed(item["lines"])])
    lines = [line for line in item["lines"] if line != text]
    found = {
        **{name: item[name] for name in ("name", "slug", "profile_url", "member_id")},
        "headline": lines[0] if lines else None,
        "age_text": text,
        "age": {"unit": seen.unit, "count": seen.count} if seen else None,
        "min_days": seen.min_days if seen else None,
        "max_days": seen.max_days if seen else None,
        "has_withdraw": item["has_withdraw"],
        "withdraw": item["withdraw"],
    }
    return {**found, "reasons": {name: why for name, why in ABSENT.items() if found[name] is None}}


def _age_of(lines: list[str]) -> tuple[str | None, Age | None]:
    """The line that is an age; else, as text only, the page's own time or the line that may be one."""
    for line in lines:
        if seen := age(line):
            return line, seen
    doubtful = [line for line in lines[:1] if any(c.isdecimal() for c in line) and len(line) < 60]
    return (doubtful[0] if doubtful else None), None


def _invitation(item: Mapping[str, Any]) -> Invitation:
    seen = describe(item)
    return Invitation(
        name=seen["name"] or "",
        profile_url=seen["profile_url"],
        slug=seen["slug"],
        member_id=seen["member_id"],
        age_text=seen["age_text"],
        min_days=seen["min_days"],
        max_days=seen["max_days"],
        can_withdraw=seen["has_withdraw"],
    )


def _is_said_empty(page: Mapping[str, Any]) -> bool:
    return page["total"] == 0 or bool(page["says_empty"])


def _harvest(window: Window, person: Recipient | None = None) -> tuple[list[dict[str, Any]], bool, Reading]:
    """The rows of the open page, whether its end was proved, and the last look; with a person, until their row."""
    found: dict[str, dict[str, Any]] = {}
    for _ in range(MOST_CALLS):
        reading, before = _walk(window, person), len(found)
        for item in reading.page["items"]:
            found.setdefault(item["slug"] or item["member_id"], item)
        is_found = person is not None and reading.page["target"]["count"] > 0
        is_end = bool(reading.page.get("is_end"))
        more = reading.page.get("more_element")
        # A walk that brings nothing and does not end will not do so the next time.
        if is_found or is_end or len(found) >= MOST_ROWS or not (more or len(found) > before):
            break
        if more:
            window.click(more)
    return list(found.values())[:MOST_ROWS], is_end and len(found) < MOST_ROWS, reading


def _walk(window: Window, person: Recipient | None) -> Reading:
    reading = _look(
        window, person, wait_ms=WAIT_MS, walk=True, walk_ms=WALK_MS, quiet_ms=QUIET_MS, most=MOST_ROWS,
        find=person is not None, elements=person is not None,
    )  # fmt: skip
    if not reading.page["has_list"]:
        raise LayoutChanged("invitations.list", "the page has no list of sent invitations")
    return reading


def _look(window: Window, person: Recipient | None, **options: Any) -> Reading:
    whom = {"slugs": sorted(person.slugs), "ids": sorted(person.member_ids)} if person else {}
    return window.read(*READER, allowed=HERE, words=words(), **whom, **options)


def prepare_withdrawal(window: Window, person: Recipient) -> "PageWithdrawal":
    """From the list to the question whether to withdraw this person's invitation, with nothing withdrawn yet.

    The list that stands open is used again. Raises NothingSent (PersonUnavailable where the whole list does
    not hold them, WrongPerson, LayoutChanged) and StopRun.
    """
    with _nothing_sent("invitations.withdraw"):
        reading = _find(window, person)
        item, control = _check_row(reading.page["target"], person)
        window.click(control)
        draft = PageWithdrawal(window, person, item, control, reading.page["total"])
        draft.check(draft.look(wait_ms=QUESTION_MS, wait_for="question"))
    return draft


def _find(window: Window, person: Recipient) -> Reading:
    """The look that shows the person's row: on the page as it stands, else on the list opened anew."""
    here = window.look(
        *READER, words=words(), slugs=sorted(person.slugs), ids=sorted(person.member_ids), elements=True
    )
    if (
        here.gate.is_one_of(HERE)
        and here.page
        and here.page["target"]["count"]
        and not here.page["question"]["open"]
    ):
        return here
    window.open(PATH)
    _, is_end, reading = _harvest(window, person)
    if reading.page["target"]["count"] == 0:
        if is_end:
            raise PersonUnavailable("the list of sent invitations does not hold them")
        raise LayoutChanged("invitations.list", "they are not in the list as far as it could be read")
    return reading


def _check_row(target: Mapping[str, Any], person: Recipient) -> tuple[dict[str, Any], WebElement]:
    if target["count"] > 1:
        raise WrongPerson("several rows are about them")
    item: dict[str, Any] = target["item"]
    if item["slug"] and item["slug"] not in person.slugs and item["member_id"] not in person.member_ids:
        raise WrongPerson("the row leads to another person")
    if item["member_id"] and person.member_ids and item["member_id"] not in person.member_ids:
        raise WrongPerson("the row's member id is another person's")
    if not item["name"]:
        raise LayoutChanged("invitations.row", "the row bears no name")
    if target["element"] is None:
        raise LayoutChanged("invitations.withdraw", "not exactly one control of the row withdraws")
    return item, target["element"]


@dataclass
class PageWithdrawal:
    """The open question about one person's invitation; see engine.ports.WithdrawalDraft."""

    window: Window
    person: Recipient
    item: dict[str, Any]
    control: WebElement
    total: int | None
    proved: dict[str, object] = field(default_factory=dict)

    @property
    def evidence(self) -> Mapping[str, object]:
        return {
            "row": {name: self.item[name] for name in ("slug", "member_id", "name")},
            "question": self.proved,
        }

    def look(self, **options: Any) -> Reading:
        label = (self.item["withdraw"] or {}).get("aria_label")
        told = {"name": self.item["name"], "row_label": label, "clicked": self.control}
        return _look(self.window, self.person, elements=True, **told, **options)

    def check(self, reading: Reading) -> WebElement:
        """The one button of the one question about this person. Raises WrongPerson, LayoutChanged."""
        question, target = reading.page["question"], reading.page["target"]
        if question["open"] != 1 or question["buttons"] != 1 or question["element"] is None:
            raise LayoutChanged(
                "invitations.confirm", f"{question['open']} questions, {question['buttons']} buttons"
            )
        if question["proved_by"] is None:
            raise WrongPerson("the question does not name the person of the row")
        if target["count"] != 1 or not target["is_clicked"]:
            raise WrongPerson("the control that was clicked is no longer the one of their row")
        self.proved = {name: question[name] for name in ("proved_by", "label", "container")}
        element: WebElement = question["element"]
        return element

    def confirm(self) -> Proof:
        """Check everything once more in one look, click once, and read the proof."""
        with _nothing_sent("invitations.confirm"):
            button = self.check(self.look())
        try:
            self.window.click(button)
            return self._proof()
        except (NothingSent, WebDriverException) as error:
            raise ProofMissing(f"after the click: {_first_line(error)}") from error

    def _proof(self) -> Proof:
        """On the page as it stands, where it counts; else in the list, opened anew and read to its end."""
        seen = _look(self.window, self.person, wait_ms=QUESTION_MS, wait_for="gone", total=self.total)
        if seen.is_ready and self.total is not None:
            return Proof({"seen_in": "list", "total": [self.total, seen.page["total"]]})
        self.window.open(PATH)
        found, is_end, reading = _harvest(self.window, self.person)
        total = reading.page["total"]
        if reading.page["target"]["count"] or not is_end or not (found or _is_said_empty(reading.page)):
            raise ProofMissing("the list still holds them, or could not be read to its end")
        if self.total is not None and (total is None or total >= self.total):
            raise ProofMissing("they are gone from the list, and its count did not go down")
        return Proof({"seen_in": "list read again", "total": [self.total, total]})


@contextmanager
def _nothing_sent(key: str) -> Iterator[None]:
    """Before the click every surprise of the driver means: nothing was withdrawn."""
    try:
        yield
    except WebDriverException as error:
        raise LayoutChanged(key, _first_line(error)) from error


def _first_line(error: Exception) -> str:
    text = error.msg if isinstance(error, WebDriverException) else str(error)
    return (text or type(error).__name__).strip().splitlines()[0][:200]
