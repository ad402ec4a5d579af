"""The Network port on top of the pages: one method, one service."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.errors import AccountPaused, LayoutChanged, ProofMissing, TextNotWritten, WrongPerson
from engine.measures import LAYOUT, Measures
from engine.models import Account
from engine.pages import birthdays, search, visiting
from engine.pages.base import WAIT_MS, Browser, Reading, Window, nothing_sent
from engine.pages.guarding import certain_stop, in_doubt, partial_stop
from engine.pages.invitations import read_sent
from engine.pages.messaging import Conversation, as_thread, open_conversation, own_count
from engine.pages.profile import open_profile
from engine.pages.withdrawal import PageWithdrawal, prepare_withdrawal
from engine.pages.writing import (
    check_ready,
    check_text,
    dismiss_prompt,
    send_once,
    standing_text,
    write_text,
)
from engine.ports import (
    BirthdayList,
    Clock,
    Entries,
    Look,
    Profile,
    Proof,
    Recipient,
    SearchPage,
    SearchPerson,
    SentInvitations,
    Thread,
    same_text,
)
from engine.selectors.finder import Finder

# Keeps what the page looks like: called with the reason and the selector's key, if it is about one. Never raises.
Snapshot = Callable[[str, str], object]
# A button that moved away from under the mouse is aimed at once more; of what was stopped the page heard nothing.
AIMS = 2
CANONICAL_URL = "https://www.linkedin.com"
MOST_LOOKS = 3


class PagesNetwork:
    """The network as a signed-in browser shows it."""

    def __init__(
        self,
        browser: Browser,
        account: Account,
        clock: Clock,
        *,
        base_url: str,
        patience: float = 1,
        finder: Finder | None = None,
        snapshot: Snapshot = lambda reason, selector_key: None,
        measures: Measures | None = None,
    ) -> None:
        self._window = Window(
            browser,
            account,
            clock,
            base_url=base_url,
            patience=patience,
            finder=finder,
            measures=measures,
        )
        self._browser = browser
        self._snapshot = snapshot

    def notes(self) -> list[str]:
        """See engine.ports.Network."""
        return self._browser.notes()

    def birthdays(self, today: date) -> BirthdayList:
        self._begin_reading()
        with self.surprises("birthdays.list", is_list=True):
            found = birthdays.harvest(self._window, today)
        cards = [replace(card, profile_url=self._canonical(card.profile_url)) for card in found.cards]
        return replace(found, cards=cards)

    def write(self, recipient: Recipient, text: str, look: Look = lambda thread: None) -> "PageDraft":
        """See engine.ports.Network."""
        check_text(text)
        self._browser.renew_if_worn()
        with self.surprises("composer.box", step="composer.open"):
            conversation = self._open(recipient, focus=True)
        conversation = self._looked_at(conversation, text, look)
        draft = PageDraft(self, recipient, conversation, text)
        if not draft.already_sent:
            with self.surprises("composer.box", step="composer.write"):
                write_text(conversation, text)
        return draft

    def read_thread(self, recipient: Recipient) -> Thread:
        """See engine.ports.Network."""
        with self.surprises("thread.message"):
            return as_thread(self._open(recipient, patient=True))

    def search(self, search_url: str, page: int = 1) -> SearchPage:
        """See engine.ports.Network."""
        self._begin_reading()
        with self.surprises("search.results"):
            found = search.read_results(self._window, search_url, page)
        return SearchPage(
            people=[self._found(item) for item in found.items],
            page=found.page,
            next_page=found.next_page,
            total_pages=found.total_pages,
            left_out=found.left_out,
            is_cut=found.is_cut,
            language=found.language,
        )

    def visit(self, recipient: Recipient) -> Profile:
        """See engine.ports.Network."""
        self._begin_reading()
        with self.surprises("profile.top_card"):
            return visiting.visit(self._window, recipient)

    def details(self, recipient: Recipient, section: str) -> Entries:
        """See engine.ports.Network."""
        self._begin_reading()
        with self.surprises(f"profile.{section}"):
            return visiting.read_details(self._window, recipient, section)

    def sent_invitations(self) -> SentInvitations:
        """See engine.ports.Network."""
        self._begin_reading()
        with self.surprises("invitations.list", is_list=True):
            found = read_sent(self._window)
        rows = [replace(row, profile_url=self._canonical(row.profile_url)) for row in found.invitations]
        return replace(found, invitations=rows)

    def withdraw(self, recipient: Recipient) -> "WatchedWithdrawal":
        """See engine.ports.Network."""
        self._browser.renew_if_worn()
        with self.surprises("invitations.withdraw"):
            return WatchedWithdrawal(self, prepare_withdrawal(self._window, recipient))

    @contextmanager
    def surprises(self, key: str, step: str = "", *, is_list: bool = False) -> Iterator[None]:
        """Time the step, and keep a snapshot of every page that is not as it should be, for whoever mends it.

        Its time is limited, unless it walks a list, which takes as long as the list is.
        """
        measures = self._window.measures
        limit = nullcontext() if is_list else self._browser.time_limit()
        try:
            with limit, measures.timed(step or key, self._window.clock), nothing_sent(key):
                yield
        except (AccountPaused, LayoutChanged, ProofMissing, WrongPerson) as error:
            if isinstance(error, LayoutChanged):
                measures.count(LAYOUT, error.key)
            self._snapshot(str(error), error.key if isinstance(error, LayoutChanged) else "")
            raise

    def _looked_at(self, conversation: Conversation, text: str, look: Look) -> Conversation:
        """The conversation once `look` was given it with what stands in its box by now: a draft may have come late."""
        for _ in range(MOST_LOOKS):
            look(as_thread(conversation))
            if conversation.has_own(text):
                return conversation
            with self.surprises("composer.box"):
                now = standing_text(conversation)
            if now == conversation.unsent:
                return conversation
            conversation = replace(conversation, unsent=now)
        raise TextNotWritten("what stands in the box does not come to rest")

    def _begin_reading(self) -> None:
        """A page is about to be opened and read: nothing that stands open is lost with the browser."""
        self._browser.renew_if_worn()
        self._browser.replace_if_dead()

    def _open(self, recipient: Recipient, **options: Any) -> Conversation:
        return open_conversation(self._window, open_profile(self._window, recipient), **options)

    def _canonical(self, address: str) -> str:
        """A rehearsal's people live at the same addresses as the real network's."""
        path = address.removeprefix(self._window.base_url)
        return CANONICAL_URL + path if path.startswith("/") else address

    def _found(self, item: Mapping[str, Any]) -> SearchPerson:
        return SearchPerson(
            name=item["name"],
            profile_url=self._canonical(item["profile_url"]),
            slug=item["slug"],
            member_id=item["member_id"],
            headline=item["headline"],
            location=item["location"],
            degree=item["degree"],
            is_own=item["own_profile"],
        )


@dataclass
class PageDraft:
    """A text in the right person's composer; see engine.ports.Draft."""

    network: PagesNetwork
    recipient: Recipient
    conversation: Conversation
    text: str

    @property
    def evidence(self) -> Mapping[str, object]:
        return {"page": self.conversation.profile.evidence, "composer": self.conversation.evidence}

    @property
    def already_sent(self) -> bool:
        return self.conversation.has_own(self.text)

    def send(self) -> Proof:
        """Check everything once more, put the page under guard, click once, and read the proof."""
        after = self._clicked()
        with self.network.surprises("thread.message"), in_doubt():
            return self._proof(after)

    def _clicked(self) -> Reading:
        """The look after the one click that the page heard of. Raises NothingSent where it certainly heard of none."""
        for _ in range(AIMS):
            with self.network.surprises("composer.send"):
                before = self._guarded()
                composer = self._checked(before)
            with self.network.surprises("thread.message"), in_doubt():
                send_once(self.conversation.window, composer)
                after = self._after(before)
            why = certain_stop(after.page)
            if why is None:
                return after
        with self.network.surprises("composer.send"):
            raise LayoutChanged("composer.send", f"the click was stopped: {why}")

    def _guarded(self) -> Reading:
        """The last look before the click; the guard that it leaves lets nothing through that is not as it is here."""
        self.conversation.window.leave_frame()
        return self.conversation.look_alone(guard=True)

    def _checked(self, reading: Reading) -> dict[str, Any]:
        composer = self.conversation.composer(reading)
        check_ready(composer, self.text)
        return composer

    def _after(self, before: Reading) -> Reading:
        known = before.page["thread"]["messages"]
        keys, count = [message["key"] for message in known], own_count(known, self.text)
        return self.conversation.look(
            wait_ms=WAIT_MS, wait_for="sent", text=self.text, known_keys=keys, known_count=count
        )

    def _proof(self, after: Reading) -> Proof:
        composers = after.page["composers"]
        if after.is_ready and composers:
            self.conversation.composer(after)
            if after.page["has_prompt"]:
                dismiss_prompt(self.conversation.window)
            return Proof({"seen_in": composers[0]["container"], "address": after.gate.address})
        if any(same_text(composer["box"]["text"], self.text) for composer in composers):
            why = partial_stop(after.page)
            halfway = f", and the click was stopped halfway: {why}" if why else ""
            raise ProofMissing(f"the composer still holds the text{halfway}")
        return self._proof_in_thread()

    def _proof_in_thread(self) -> Proof:
        """The composer closed without showing the thread: open it once more and look at its end."""
        conversation = self.network._open(self.recipient)
        own = [message for message in conversation.thread["messages"] if message["is_own"]]
        is_new = own_count(own, self.text) > own_count(self.conversation.thread["messages"], self.text)
        last = own[-1] if own else None
        if last is None or not is_new or not same_text(last["text"], self.text):
            raise ProofMissing("the thread does not show the message")
        if last["is_undelivered"] or last["is_pending"]:
            raise ProofMissing("the thread shows the message as not delivered")
        return Proof({"seen_in": "thread", **conversation.evidence})


@dataclass(frozen=True)
class WatchedWithdrawal:
    """An open question whether to withdraw, whose surprises are kept; see engine.ports.WithdrawalDraft."""

    network: PagesNetwork
    question: PageWithdrawal

    @property
    def evidence(self) -> Mapping[str, object]:
        return self.question.evidence

    def confirm(self) -> Proof:
        with self.network.surprises("invitations.confirm"):
            return self.question.confirm()
