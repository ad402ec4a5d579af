"""The withdrawal of one person's invitation: proved to be theirs before the one click, and gone after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from selenium.webdriver.remote.webelement import WebElement

from engine.errors import LayoutChanged, PersonUnavailable, ProofMissing, WrongPerson
from engine.pages.base import Reading, Window, nothing_sent
from engine.pages.guarding import certain_stop, in_doubt
from engine.pages.invitations import HERE, PATH, READER, harvest, is_said_empty, look, whom
from engine.ports import Proof, Recipient

QUESTION_MS = 5_000
NOT_THEIRS = "the control that was clicked is no longer the one of their row"


def prepare_withdrawal(window: Window, person: Recipient) -> "PageWithdrawal":
    """From the list to the question whether to withdraw this person's invitation, with nothing withdrawn yet.

    The list that stands open is used again. Raises NothingSent (PersonUnavailable where the whole list does
    not hold them, WrongPerson, LayoutChanged) and StopRun.
    """
    with nothing_sent("invitations.withdraw"):
        reading = _find(window, person)
        item, control = _check_row(reading.page["target"], person)
        window.click(control)
        draft = PageWithdrawal(window, person, item, control, reading.page["total"])
        draft.check(draft.look(wait_ms=QUESTION_MS, wait_for="question"))
    return draft


def _find(window: Window, person: Recipient) -> Reading:
    """The look that shows the person's row: on the page as it stands, else on the list opened anew."""
    here = window.look(*READER, **whom(person), elements=True)
    if (
        here.gate.is_one_of(HERE)
        and here.page
        and here.page["target"]["count"]
        and not here.page["question"]["open"]
    ):
        return here
    window.open(PATH)
    _, is_end, reading = harvest(window, person)
    if reading.page["target"]["count"] == 0:
        if is_end:
            raise PersonUnavailable("the list of sent invitations does not hold them")
        raise LayoutChanged("invitations.list", "they are not in the list as far as it could be read")
    return reading


def _check_row(target: Mapping[str, Any], person: Recipient) -> tuple[dict[str, Any], WebElement]:
    if target["count"] > 1:
        raise WrongPerson("several rows are about them")
    item: dict[str, Any] = target["item"]
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
        """One look, in which the control that was clicked is known again and the button is handed over."""
        return self._look(elements=True, clicked=self.control, **options)

    def _look(self, **options: Any) -> Reading:
        label = (self.item["withdraw"] or {}).get("aria_label")
        return look(self.window, self.person, name=self.item["name"], row_label=label, **options)

    def check(self, reading: Reading) -> WebElement:
        """The one button of the one question about this person. Raises WrongPerson, LayoutChanged."""
        self._check_question(reading)
        question, target = reading.page["question"], reading.page["target"]
        if question["element"] is None:
            raise LayoutChanged("invitations.confirm", "the button stands where it cannot be clicked")
        if not target["is_clicked"]:
            raise WrongPerson(NOT_THEIRS)
        self.proved = {name: question[name] for name in ("proved_by", "label", "container")}
        element: WebElement = question["element"]
        return element

    def _check_question(self, reading: Reading) -> None:
        question, target = reading.page["question"], reading.page["target"]
        if question["open"] != 1 or question["buttons"] != 1:
            raise LayoutChanged(
                "invitations.confirm", f"{question['open']} questions, {question['buttons']} buttons"
            )
        if question["proved_by"] is None:
            raise WrongPerson("the question does not name the person of the row")
        if target["count"] != 1:
            raise WrongPerson(NOT_THEIRS)

    def confirm(self) -> Proof:
        """Check everything once more, put the page under guard, click once, and read the proof."""
        with nothing_sent("invitations.confirm"):
            button = self.check(self.look())
            self._check_question(self._look(guard=True))
        with in_doubt():
            self.window.click(button)
            after = self._look(wait_ms=QUESTION_MS, wait_for="gone", total=self.total)
        why = certain_stop(after.page)
        if why is not None:
            with nothing_sent("invitations.confirm"):
                self._check_question(after)
            raise LayoutChanged("invitations.confirm", f"the click was stopped: {why}")
        with in_doubt():
            return self._proof(after)

    def _proof(self, seen: Reading) -> Proof:
        """On the page as it stands, where it counts; else in the list, opened anew and read to its end."""
        if seen.is_ready and self.total is not None:
            return Proof({"seen_in": "list", "total": [self.total, seen.page["total"]]})
        self.window.open(PATH)
        found, is_end, reading = harvest(self.window, self.person)
        total = reading.page["total"]
        if reading.page["target"]["count"] or not is_end or not (found or is_said_empty(reading.page)):
            raise ProofMissing("the list still holds them, or could not be read to its end")
        if self.total is not None and (total is None or total >= self.total):
            raise ProofMissing("they are gone from the list, and its count did not go down")
        return Proof({"seen_in": "list read again", "total": [self.total, total]})
