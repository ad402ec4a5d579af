"""The sourcing campaign: each person of a people search visited once, in the search's order, and scored."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.criteria import Criteria, read_criteria
from campaigns.kinds import Finding, Kind, Options, Proposal, Verdict, recipient_of
from campaigns.kinds.visits import INTERRUPTED, REVISIT_DAYS, Visits
from campaigns.models import Action, Campaign, Run, SearchedPage, SourcedProfile
from campaigns.scoring import score
from contacts import names
from contacts.found import remember
from contacts.models import Contact, Erased
from contacts.profile_urls import canonical
from engine.errors import LimitReached, NothingSent, PersonUnavailable, StopRequested
from engine.ports import SECTIONS, Profile, SearchPage, SearchPerson, World

REHEARSAL_SECONDS = (0.2, 0.6)
# Of one run, one after the other: no more pages of details are opened to see that they are not as they were.
MAX_UNREAD = 3


class SourcingKind(Kind):
    bucket = "visit"
    doing = "visiting"
    plans_from_network = True
    is_spent_by_trying = True

    def __init__(self) -> None:
        self._rest_until: float | None = None  # by the seconds that go by, whatever the clock says
        self._unread = 0

    def harvest(self, campaign: Campaign, world: World, today: date) -> Iterator[str | Proposal]:
        """The next page of the search, once everybody of the pages before was visited or passed over."""
        began_on = _began_on(campaign, today)
        number = _next_page(campaign, began_on)
        if number is None or not self.can_read_on(campaign, today) or not self._rest(world):
            return
        found = world.network.search(campaign.search_url, number)
        self._rest_from(campaign.account, world)
        if found.is_cut:
            raise LimitReached(f"the network's use of the search: page {number} shows a part of its people")
        yield from _remember(campaign, found, began_on, world.clock.now())

    def plan(self, campaign: Campaign, options: Options, today: date) -> Iterator[Proposal]:
        """Whoever was found and not visited in this pass yet, in the order of the search."""
        began_on = _began_on(campaign, today)
        occasion = _occasion(began_on)
        visited = Action.objects.filter(
            account=campaign.account_id, contact=OuterRef("contact"), occasion=occasion,
            status=Action.Status.DONE,
        )  # fmt: skip
        found = _people(campaign, began_on).filter(~Exists(visited)).select_related("contact")
        people = list(found.prefetch_related("contact__aliases"))
        visits = Visits(campaign, [person.contact for person in people], occasion, today)
        for person in people:
            action, reason = visits.planned_or_why_not(person.contact)
            yield Proposal(
                contact=person.contact, occasion=occasion, due_on=action.due_on if action else today,
                expires_on=today + timedelta(days=REVISIT_DAYS), reason=reason, planned=action,
                why=f"page {person.search_page}, place {person.search_index + 1}",
            )  # fmt: skip
        planned = campaign.actions.filter(status=Action.Status.PLANNED).select_related("contact")
        for action in planned.exclude(contact__in=_people(campaign, began_on).values("contact")):
            yield Proposal(
                contact=action.contact, occasion=action.occasion, due_on=action.due_on,
                expires_on=action.expires_on, reason="another search found them", planned=action,
            )  # fmt: skip

    def can_read_on(self, campaign: Campaign, today: date) -> bool:
        is_last = _next_page(campaign, _began_on(campaign, today)) is None
        return not is_last and len(self._chosen(campaign, today)) < self.wanted

    def has_more(self, campaign: Campaign, today: date) -> bool:
        """Those who failed may be tried once more; who is planned and was left waits for something else."""
        chosen = self._chosen(campaign, today)
        if any(proposal.planned is None for proposal in chosen):
            return True
        return not chosen and self.can_read_on(campaign, today)

    def in_order(self, actions: Iterable[Action]) -> list[Action]:
        """The search's order, whatever was put off or failed before."""
        given = list(actions)
        places = dict[int, tuple[int, int]]()
        if given:
            found = SourcedProfile.objects.filter(
                campaign=given[0].campaign_id, contact__in={a.contact_id for a in given}
            )
            for contact, page, index in found.values_list("contact", "search_page", "search_index"):
                places[contact] = (page, index)
        return sorted(given, key=lambda action: places.get(action.contact_id, (0, 0)))

    def usual_limit(self, campaign: Campaign) -> int:
        return campaign.account.visits_per_run

    def perform(self, action: Action, run: Run, world: World) -> None:
        """Opening the page is the act: `sending` is committed before it, and nobody can take it back."""
        recipient, criteria = recipient_of(action.contact), read_criteria(action.campaign.criteria)
        if not self._rest(world):
            raise StopRequested("it was asked to stop before the page was opened")
        action.start_sending(run, {"page": recipient.profile_url}, world.clock.now())
        profile = world.network.visit(recipient)
        self._rest_from(action.account, world)
        if profile.is_own:
            raise PersonUnavailable("this is the account's own profile")
        if action.campaign.reads_details:
            profile = self._with_details(profile, action, run, world)
        with transaction.atomic():
            told = {"headline": profile.headline or "", "address": profile.profile_url}
            if action.complete(profile.evidence, world.clock.now(), told):
                _store(profile, action, criteria, world.clock.now())

    def look_for(self, action: Action, world: World) -> Finding:
        """No page tells whether another one was opened; to open it once more does no harm."""
        return Finding(Verdict.REPEATABLE, INTERRUPTED)

    def _with_details(self, profile: Profile, action: Action, run: Run, world: World) -> Profile:
        """Every section in full, as far as the pauses in between are not cut short by somebody who asks to stop.

        The profile was read and is proved theirs: what a page of details does not show takes nothing of it away.
        """
        for section in SECTIONS:
            if not getattr(profile, section) or self._unread >= MAX_UNREAD:
                continue
            if not self._rest(world):
                break
            try:
                profile = self._with_section(profile, action, section, world)
                self._unread = 0
            except NothingSent as error:
                self._unread += 1
                # Without the name: notes of runs outlive whom they are about.
                run.note(f"a profile was kept without all of its details: {error}")
                return replace(profile, evidence={**profile.evidence, f"{section}_not_read": str(error)})
        return profile

    def _with_section(self, profile: Profile, action: Action, section: str, world: World) -> Profile:
        try:
            entries: Any = world.network.details(recipient_of(action.contact), section)
        finally:
            self._rest_from(action.account, world)
        # A page of details that did not come whole may show less than the profile did.
        return (
            replace(profile, **{section: entries})
            if len(entries) >= len(getattr(profile, section))
            else profile
        )

    def _rest_from(self, account: Any, world: World) -> None:
        """A page was opened: the next one is opened a while later, whichever it is."""
        usual = (account.visit_pause_min_seconds, account.visit_pause_max_seconds)
        seconds = world.dice.between(*(REHEARSAL_SECONDS if world.is_rehearsal else usual))
        self._rest_until = world.clock.monotonic() + seconds

    def _rest(self, world: World) -> bool:
        """Wait until the next page may be opened; False when the wait was cut short."""
        if self._rest_until is None:
            return True
        world.clock.sleep(max(0.0, self._rest_until - world.clock.monotonic()))
        return world.clock.monotonic() >= self._rest_until

    def _chosen(self, campaign: Campaign, today: date) -> list[Proposal]:
        """Those to visit, `wanted` of them at most."""
        proposals = self.plan(campaign, Options(), today)
        return list(islice((proposal for proposal in proposals if proposal.is_chosen), self.wanted))


def _occasion(began_on: date) -> str:
    return f"visit {began_on}"


def _pages(campaign: Campaign) -> QuerySet[SearchedPage]:
    return campaign.searched_pages.filter(search_url=campaign.search_url)


def _began_on(campaign: Campaign, today: date) -> date:
    """The first day of the pass under way, today where a new one begins."""
    last = _pages(campaign).order_by("began_on", "page").last()
    if last is None:
        return today
    is_over = last.next_page is None and (today - last.began_on).days >= REVISIT_DAYS
    return today if is_over else last.began_on


def _next_page(campaign: Campaign, began_on: date) -> int | None:
    """The page to read next; None when the last one was read."""
    last = _pages(campaign).filter(began_on=began_on).order_by("page").last()
    return last.next_page if last else 1


def _people(campaign: Campaign, began_on: date) -> QuerySet[SourcedProfile]:
    on_pages = SourcedProfile.objects.filter(found_on__in=_pages(campaign).filter(began_on=began_on))
    return on_pages.order_by("search_page", "search_index")


@transaction.atomic
def _remember(campaign: Campaign, found: SearchPage, began_on: date, now: datetime) -> list[Proposal]:
    """The page with all its people at once, so that a killed session lost nobody; gives those left out."""
    page = SearchedPage.objects.create(
        campaign=campaign, search_url=campaign.search_url, began_on=began_on, page=found.page,
        next_page=found.next_page, read_at=now,
    )  # fmt: skip
    left_out = [_left_out(page, "", "LinkedIn Member", reason) for reason in found.left_out]
    for index, person in enumerate(found.people):
        try:
            _check_other(campaign, person)
            _find(page, remember(person.name, person.profile_url, person.member_id), index)
        except Erased as error:
            left_out.append(_left_out(page, "", "", str(error)))
        except ValueError as error:
            left_out.append(_left_out(page, person.profile_url, names.clean(person.name), str(error)))
    return left_out


def _check_other(campaign: Campaign, person: SearchPerson) -> None:
    own = campaign.account.profile_url
    if person.is_own or (own and canonical(own) == canonical(person.profile_url)):
        raise ValueError("this is the account's own profile")


def _find(page: SearchedPage, contact: Contact, index: int) -> None:
    """Their place in the search; the first one where a shifting search shows them twice."""
    known = SourcedProfile.objects.filter(campaign=page.campaign_id, contact=contact)
    place = {"found_on": page, "search_page": page.page, "search_index": index}
    of_this_pass = Q(found_on__search_url=page.search_url, found_on__began_on=page.began_on)
    if known.filter(of_this_pass).exists():
        return
    if not known.update(**place):
        SourcedProfile.objects.create(campaign=page.campaign, contact=contact, **place)


def _left_out(page: SearchedPage, address: str, name: str, reason: str) -> Proposal:
    nobody = Contact(profile_url=address, name=name)
    return Proposal(
        contact=nobody, occasion=_occasion(page.began_on), due_on=page.began_on, expires_on=page.began_on,
        reason=f"page {page.page}: {reason}",
    )  # fmt: skip


def _store(profile: Profile, action: Action, criteria: Criteria, now: datetime) -> None:
    """The profile with its score, in the transaction that completes the visit."""
    campaign, seen = action.campaign, profile.as_json()
    scored = score(seen, criteria, now.astimezone(action.account.zone).date())
    values = {
        "read_at": now, "profile": seen, "score": scored.total, "reason": "",
        "parts": [part.as_json() for part in scored.parts], "criteria_sha256": criteria.sha256,
    }  # fmt: skip
    if not SourcedProfile.objects.filter(campaign=campaign, contact=action.contact).update(**values):
        place = {"search_page": 0, "search_index": 0}  # its row was purged meanwhile
        SourcedProfile.objects.create(campaign=campaign, contact=action.contact, **place, **values)
