"""The admin's sidebar: what staff come for, by the job; nothing in it that this person may not see."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.standing import open_decisions

Entry = dict[str, Any]
# Each list by its model's label with its icon; what is named nowhere here stands in the last group.
PEOPLE = {"contacts.contact": "group", "contacts.tag": "sell", "contacts.interaction": "history"}
CAMPAIGNS = {
    "campaigns.campaign": "campaign",
    "campaigns.run": "play_circle",
    "campaigns.messagetemplate": "edit_note",
    "campaigns.action": "task_alt",
}
ACCOUNTS = {
    "engine.account": "badge",
    "engine.spentpermit": "speed",
    "engine.linkedinselector": "center_focus_strong",
    "engine.snapshot": "photo_camera",
}
NOTICES = {
    "campaigns.notice": "notifications",
    "campaigns.noticechannel": "outgoing_mail",
    "campaigns.noticedelivery": "forward_to_inbox",
}
ADMINISTRATION = {
    "auth.user": "person",
    "auth.group": "groups",
    "api.apikey": "key",
    "otp_totp.totpdevice": "phonelink_lock",
    "axes.accessattempt": "lock_clock",
    "audit.entry": "receipt_long",
    "django_tasks_database.dbtaskresult": "pending_actions",
    "engine.browserprocess": "web_asset",
}
# Shown on the page of what they belong to.
ELSEWHERE = {"contacts.contactalias", "engine.storedsession"}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """As django-unfold's sidebar takes it; groups that would be empty are left out."""
    known = {str(model._meta.label_lower): model for model in admin.site._registry}
    named = PEOPLE | CAMPAIGNS | ACCOUNTS | NOTICES | ADMINISTRATION
    others = dict.fromkeys(sorted(set(known) - set(named) - ELSEWHERE), "settings")
    groups = [
        (_("Today"), [*_today(request)]),
        (_("People"), [*_lists(request, known, PEOPLE)]),
        (_("Campaigns"), [*_lists(request, known, CAMPAIGNS)]),
        (_("Accounts and pages"), [*_lists(request, known, ACCOUNTS)]),
        (_("Notices"), [*_lists(request, known, NOTICES)]),
        (_("Administration"), [*_lists(request, known, ADMINISTRATION | others)]),
    ]
    return [{"title": title, "items": items} for title, items in groups if items]


def _today(request: HttpRequest) -> Iterator[Entry]:
    yield {"title": _("Home"), "icon": "home", "link": reverse("admin:index")}
    if request.user.has_perm("campaigns.view_action"):
        counts = decisions_of(request)
        yield {
            "title": _("Approvals"), "icon": "fact_check", "link": reverse("admin:campaigns_action_approvals"),
            "badge": counts["waiting"], "badge_variant": "warning",
        }  # fmt: skip
        yield {
            "title": _("In doubt"), "icon": "help", "link": reverse("admin:campaigns_action_doubts"),
            "badge": counts["doubts"], "badge_variant": "danger",
        }  # fmt: skip


def decisions_of(request: HttpRequest) -> dict[str, int]:
    """Counted once for each page: the sidebar and the first page tell the same figures."""
    if not hasattr(request, "_open_decisions"):
        request._open_decisions = open_decisions()  # type: ignore[attr-defined]
    counts: dict[str, int] = request._open_decisions  # type: ignore[attr-defined]
    return counts


def _lists(
    request: HttpRequest, known: dict[str, type[models.Model]], icons: dict[str, str]
) -> Iterator[Entry]:
    # Approvals and doubts stand below the list of actions, and have entries of their own.
    is_elsewhere = request.path in {
        reverse(f"admin:campaigns_action_{name}") for name in ("approvals", "doubts")
    }
    for label, icon in icons.items():
        model = known.get(label)
        if model and admin.site.get_model_admin(model).has_view_permission(request):
            link = reverse(f"admin:{label.replace('.', '_')}_changelist")
            title = capfirst(str(model._meta.verbose_name_plural))
            is_on = request.path.startswith(link) and not is_elsewhere
            yield {"title": title, "icon": icon, "link": link, "active": is_on}


def own_pages(request: HttpRequest) -> list[dict[str, str]]:
    """What the menu at one's own name offers."""
    return [
        {"title": _("Your second factor"), "link": reverse("admin:otp_totp_totpdevice_mine")},
        {"title": _("Change password"), "link": reverse("admin:password_change")},
    ]
