"""Selectors: the health of each key, and the proposals that a person accepts or refuses."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import action, display

from engine.admin.object_pages import ObjectPageAdmin
from engine.admin.proposals import Proposal
from engine.admin.records import RecordAdmin
from engine.admin.trends import Trend, last_days
from engine.models import LinkedInSelector
from engine.pace import SystemClock
from engine.selectors import days
from engine.selectors.acting import clash_of
from engine.selectors.days import Counts, Way
from engine.selectors.health import UNTRIED, WORKS, CandidateHealth, KeyHealth, health_of
from engine.selectors.learned import Known
from engine.selectors.selector_file import defaults

State = LinkedInSelector.State
TONES = {State.ACTIVE: "info", State.PROPOSED: "warning", State.ACCEPTED: "success", State.REFUSED: "danger"}


@admin.register(LinkedInSelector)
class LinkedInSelectorAdmin(ObjectPageAdmin, RecordAdmin):
    list_display = (
        "shown",
        "shown_state",
        "found",
        "shown_score",
        "last_success_at",
        "last_failure_at",
        "decided",
    )
    list_filter = ("state", "origin", "kind")
    search_fields = ("key", "value")
    date_hierarchy = "last_success_at"
    ordering = ("key", "-score")
    fields = ()
    actions = ("accept", "refuse")
    actions_list = ("health",)
    change_form_template = "admin/engine/linkedinselector/evidence.html"

    def views_below(self) -> dict[str, Callable[..., HttpResponse]]:
        return {"decide": require_POST(self.decide_one)}

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("engine.change_linkedinselector")

    def told(self, request: HttpRequest, obj: LinkedInSelector) -> dict[str, Any]:
        return {
            "proposal": Proposal(obj, request.user),
            "can_decide": self.has_decide_permission(request),
            "tone": TONES[State(obj.state)],
            "trend": _trend_of(obj, SystemClock().now().date()),
        }

    @action(description=gettext_lazy("Health of every key"), url_path="health", permissions=["view"])
    def health(self, request: HttpRequest) -> HttpResponse:
        """Of every key, those that act first."""
        found, today = health_of(defaults(), Known.load(), {}), SystemClock().now().date()
        tried = days.since(last_days(today)[0])
        keys = [(each, _with_trends(each, tried, today)) for each in found]
        states = Counter(each.state for each in found)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Health of every key"),
            "opts": self.opts,
            "keys": keys,
            "ill": [each for each in found if not each.is_healthy],
            "declining": [key.key for key, ways in keys if any(trend.is_declining for _way, trend in ways)],
            "healthy": states[WORKS],
            "untried": states[UNTRIED],
            "list_address": reverse("admin:engine_linkedinselector_changelist"),
        }
        return TemplateResponse(request, "admin/engine/linkedinselector/health.html", context)

    def decide_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        selector = get_object_or_404(LinkedInSelector, pk=pk)
        decide = {"accept": self._accept, "refuse": self._refuse}.get(request.POST.get("decision", ""))
        if decide is None:
            messages.error(request, _("Say whether it is accepted or refused."))
        elif decide(request, selector):
            messages.success(request, _("Decided, with your name and the time."))
        else:
            messages.warning(request, _("Nothing changed."))
        return redirect("admin:engine_linkedinselector_change", pk)

    def _accept(self, request: HttpRequest, selector: LinkedInSelector) -> bool:
        if clash := clash_of(selector, defaults()):
            told = _("%(selector)s is not accepted: %(why)s.") % {"selector": selector, "why": clash}
            self.message_user(request, told, messages.ERROR)
            return False
        return selector.accept(request.user.get_username(), SystemClock().now())

    def _refuse(self, request: HttpRequest, selector: LinkedInSelector) -> bool:
        return selector.refuse(request.user.get_username(), SystemClock().now())

    @admin.action(description=gettext_lazy("Accept: it may be clicked from now on"), permissions=["decide"])
    def accept(self, request: HttpRequest, selectors: QuerySet[LinkedInSelector]) -> None:
        moved = sum(self._accept(request, selector) for selector in selectors)
        told = ngettext("%(count)d accepted.", "%(count)d accepted.", moved) % {"count": moved}
        self.message_user(request, told, messages.SUCCESS if moved else messages.WARNING)

    @admin.action(
        description=gettext_lazy("Refuse: it is neither used nor proposed again"), permissions=["decide"]
    )
    def refuse(self, request: HttpRequest, selectors: QuerySet[LinkedInSelector]) -> None:
        moved = sum(self._refuse(request, selector) for selector in selectors)
        told = ngettext("%(count)d refused.", "%(count)d refused.", moved) % {"count": moved}
        self.message_user(request, told, messages.SUCCESS if moved else messages.WARNING)

    @display(description=gettext_lazy("selector"), ordering="key", header=True)
    def shown(self, selector: LinkedInSelector) -> tuple[str, str]:
        return selector.key, f"{selector.kind} {selector.value}"

    @display(description=gettext_lazy("state"), ordering="state", label=TONES)
    def shown_state(self, selector: LinkedInSelector) -> tuple[str, str]:
        return selector.state, selector.get_state_display()

    @display(description=gettext_lazy("found"), ordering="successes")
    def found(self, selector: LinkedInSelector) -> str:
        tries = selector.successes + selector.failures
        return _("%(found)d of %(tries)d") % {"found": selector.successes, "tries": tries}

    @display(description=gettext_lazy("score"), ordering="score")
    def shown_score(self, selector: LinkedInSelector) -> str:
        return f"{selector.score:.3f}"

    @display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, selector: LinkedInSelector) -> str:
        return f"{selector.decided_by}, {selector.decided_at:%Y-%m-%d}" if selector.decided_at else ""


def _with_trends(
    key: KeyHealth, tried: Mapping[Way, Mapping[date, Counts]], today: date
) -> list[tuple[CandidateHealth, Trend]]:
    return [(each, Trend(today, tried.get((key.key, each.kind, each.value), {}))) for each in key.candidates]


def _trend_of(selector: LinkedInSelector, today: date) -> Trend:
    tried = days.since(last_days(today)[0], selector.pk)
    return Trend(today, tried.get((selector.key, selector.kind, selector.value), {}))
