"""Selectors: their health, and the proposals that a person accepts or refuses."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from engine.admin.records import RecordAdmin
from engine.models import LinkedInSelector
from engine.pace import SystemClock
from engine.selectors.acting import clash_of
from engine.selectors.selector_file import defaults


@admin.register(LinkedInSelector)
class LinkedInSelectorAdmin(RecordAdmin):
    """What a page proposed is hostile text until a person has compared it with what was there before."""

    list_display = (
        "key",
        "kind",
        "value",
        "state",
        "score",
        "successes",
        "failures",
        "last_success_at",
        "last_failure_at",
    )
    list_filter = ("state", "origin", "kind")
    search_fields = ("key", "value")
    date_hierarchy = "last_success_at"
    fields = (*list_display, "name", "origin", "decided_by", "decided_at", "before", "after", "why")
    readonly_fields = ("before", "after", "why")
    actions = ("accept", "refuse")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("engine.change_linkedinselector")

    @admin.display(description="what was there when it last was found")
    def before(self, selector: LinkedInSelector) -> str:
        return _fragment(
            selector.evidence.get("before") or selector.evidence.get("looks", {}).get("fragment")
        )

    @admin.display(description="what is proposed")
    def after(self, selector: LinkedInSelector) -> str:
        return _fragment(selector.evidence.get("after"))

    @admin.display(description="why")
    def why(self, selector: LinkedInSelector) -> str:
        parts = [f"{name} {points}" for name, points in selector.evidence.get("why", {}).items() if points]
        text, pk = ", ".join(parts) or "-", selector.evidence.get("snapshot")
        if pk is None:
            return text
        address = reverse("admin:engine_snapshot_change", args=[pk])
        return format_html('{} · <a href="{}">snapshot {}</a>', text, address, pk)

    @admin.action(description="Accept: it may be clicked from now on", permissions=["decide"])
    def accept(self, request: HttpRequest, selectors: QuerySet[LinkedInSelector]) -> None:
        now, by = SystemClock().now(), request.user.get_username()
        moved = 0
        for selector in selectors:
            if clash := clash_of(selector, defaults()):
                self.message_user(request, f"{selector} is not accepted: {clash}.", messages.ERROR)
            else:
                moved += selector.accept(by, now)
        self.message_user(request, f"{moved} accepted.", messages.SUCCESS if moved else messages.WARNING)

    @admin.action(description="Refuse: it is neither used nor proposed again", permissions=["decide"])
    def refuse(self, request: HttpRequest, selectors: QuerySet[LinkedInSelector]) -> None:
        now, by = SystemClock().now(), request.user.get_username()
        moved = sum(selector.refuse(by, now) for selector in selectors)
        self.message_user(request, f"{moved} refused.", messages.SUCCESS if moved else messages.WARNING)


def _fragment(text: str | None) -> str:
    return format_html('<pre style="white-space: pre-wrap">{}</pre>', text) if text else "not known"
