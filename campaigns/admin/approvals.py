"""Approvals: the queue of exact texts, each beside its template and the last wish, and what a person decides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import approvals
from campaigns.actions import APPROVAL_LASTS
from campaigns.admin.differences import Piece, difference
from campaigns.approvals import Decider
from campaigns.kinds.wishes import wish_values
from campaigns.models import Action, Decision
from campaigns.standing import WAITS
from contacts.models import Interaction, why_not_contact
from engine.pace import SystemClock

PER_PAGE = 20
LAST_DECISIONS = 10


@dataclass(frozen=True)
class Card:
    """One text that waits, with what a person wants to know before they decide."""

    action: Action
    refusal: str  # why the person may not be contacted at all
    from_template: list[Piece]  # empty where the text is the template's own
    last_wish: Interaction | None
    since_last_wish: list[Piece]
    after: int | None = None  # the action of the card that comes next

    @property
    def repeats_last_wish(self) -> bool:
        return bool(self.last_wish) and all(piece.kind == "same" for piece in self.since_last_wish)


def page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The queue, what expires first at its head."""
    check_may_look(request)
    waiting = Action.objects.filter(WAITS).order_by("expires_on", "pk")
    known = waiting.select_related("contact", "campaign", "account", "template")
    shown = Paginator(known.prefetch_related("contact__aliases"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": _("Approvals"),
        "opts": Action._meta,
        "page": shown,
        "cards": cards_of(list(shown.object_list)),
        "can_decide": may_decide(request),
        "approval_days": APPROVAL_LASTS.days,
        "decisions": Decision.objects.select_related("action__contact")[:LAST_DECISIONS],
    }
    return TemplateResponse(request, "admin/campaigns/action/approvals.html", context)


def cards_of(actions: list[Action]) -> list[Card]:
    """A card for each, in as many queries for twenty as for one."""
    wishes = _last_wishes(actions)
    refusals = why_not_contact([action.contact for action in actions])
    return [
        _card(action, wishes.get((action.account_id, action.contact_id)), refusals, after)
        for action, after in zip_longest(actions, [action.pk for action in actions[1:]])
    ]


def _card(action: Action, last: Interaction | None, refusals: dict[int, str], after: int | None) -> Card:
    values = wish_values(action.contact, action.days_late)
    original = action.template.render(values) if action.template and values else action.text
    return Card(
        action=action,
        refusal=refusals[action.contact_id],
        from_template=difference(original, action.text) if original != action.text else [],
        last_wish=last,
        since_last_wish=difference(str(last.payload.get("text", "")), action.text) if last else [],
        after=after,
    )


def _last_wishes(actions: Iterable[Action]) -> dict[tuple[int, int], Interaction]:
    people = {action.contact_id for action in actions}
    wishes = Interaction.objects.filter(contact__in=people, type=Interaction.Type.BIRTHDAY_SENT)
    return {(wish.account_id, wish.contact_id): wish for wish in wishes.order_by("happened_at", "pk")}


def decide(request: HttpRequest) -> HttpResponse:
    """One decision about one text, or about each that was ticked."""
    if not may_decide(request):
        raise PermissionDenied
    verdict = request.POST.get("verdict", "")
    decision = _decision(request, verdict)
    refusals = []
    seen = _seen(request)
    for action_id, sha256 in seen:
        try:
            decision(action_id, sha256)
        except approvals.Refused as refusal:
            refusals.append(str(refusal))
    if done := len(seen) - len(refusals):
        messages.success(request, _told(verdict, done))
    for reason in sorted(set(refusals)):
        messages.error(request, _("Not done: %(reason)s.") % {"reason": reason})
    if not seen:
        messages.warning(request, _("Nothing was chosen: tick the texts that you looked at."))
    return redirect(_next_address(request))


def _decision(request: HttpRequest, verdict: str) -> Callable[[int, str], Action]:
    by, now = Decider(f"user {request.user}", request.user), SystemClock().now()
    text, why = request.POST.get("text", ""), request.POST.get("why", "")
    decisions: dict[str, Callable[[int, str], Action]] = {
        "approve": partial(approvals.approve, by=by, now=now),
        "edit": partial(approvals.edit, text=text, by=by, now=now),
        "edit_and_approve": partial(approvals.edit_and_approve, text=text, by=by, now=now),
        "reject": partial(approvals.reject, why=why, by=by, now=now),
    }
    if verdict not in decisions:
        raise PermissionDenied
    return decisions[verdict]


def _seen(request: HttpRequest) -> list[tuple[int, str]]:
    """The texts that were looked at: each action's number with the hash of what the page showed of it."""
    pairs = (chosen.partition(":") for chosen in request.POST.getlist("chosen"))
    return [(int(number), sha256) for number, _colon, sha256 in pairs if is_number(number)]


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _told(verdict: str, count: int) -> str:
    sentences = {
        "approve": ngettext(
            "Approved: it goes out with the next run.", "%(count)d approved: they go out with the next run.", count
        ),
        "edit": _("Saved: the new text waits for approval."),
        "edit_and_approve": _("Saved and approved: the new text goes out with the next run."),
        "reject": ngettext(
            "Rejected: nothing is sent on this occasion.", "%(count)d rejected: nothing is sent to them.", count
        ),
    }  # fmt: skip
    return sentences[verdict] % {"count": count}


def _next_address(request: HttpRequest) -> str:
    """Back to where the list was, at the card that comes next."""
    number, after = request.POST.get("page", ""), request.POST.get("after", "")
    address = reverse("admin:campaigns_action_approvals")
    if is_number(number) and number != "1":
        address += f"?page={number}"
    return f"{address}#text-{after}" if is_number(after) else address


def may_decide(request: Any) -> bool:
    return bool(request.user.has_perm("campaigns.change_action"))


def check_may_look(request: Any) -> None:
    if not (may_decide(request) or request.user.has_perm("campaigns.view_action")):
        raise PermissionDenied
