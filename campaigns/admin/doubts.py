"""In doubt: what may have left, with everything known of it, and the three ways to settle it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns import doubts
from campaigns.admin.approvals import check_may_look, may_decide
from campaigns.approvals import Decider, Refused
from campaigns.models import Action, Busy, Run
from engine.errors import AccountPaused
from engine.pace import SystemClock

PER_PAGE = 20


def page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The doubts, the newest first."""
    check_may_look(request)
    known = Action.objects.in_doubt().select_related("contact", "campaign", "account", "run", "template")
    shown = Paginator(known.order_by("-sending_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    under_way = Run.objects.filter(
        status__in=Run.ACTIVE, account__in={doubt.account_id for doubt in shown.object_list}
    )
    runs = {run.account_id: run for run in under_way.select_related("campaign")}
    context = {
        **site.each_context(request),
        "title": _("In doubt"),
        "opts": Action._meta,
        "page": shown,
        "doubts": [(doubt, known_of(doubt), runs.get(doubt.account_id)) for doubt in shown.object_list],
        "can_decide": may_decide(request),
    }
    return TemplateResponse(request, "admin/campaigns/action/doubts.html", context)


def known_of(doubt: Action) -> list[tuple[str, str]]:
    """What was seen of it, each with its name, as plain text."""
    return [(name.replace("_", " "), _plain(value)) for name, value in doubt.evidence.items()]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person says about one doubt, or that its thread be read."""
    if not may_decide(request):
        raise PermissionDenied
    by, clock = Decider(f"user {request.user}", request.user), SystemClock()
    verdict = request.POST.get("verdict", "")
    try:
        if verdict == "read":
            _tell_when(request, doubts.read_now(pk, by, clock))
        elif verdict not in ("sent", "not_sent"):
            raise PermissionDenied
        elif "looked" not in request.POST:
            messages.error(request, _("Nothing was changed: look into the conversation first, then say so."))
        elif verdict == "sent":
            doubts.was_sent(pk, by, clock.now())
            messages.success(request, _("Recorded as sent: nothing goes to them on this occasion any more."))
        else:
            doubts.was_not_sent(pk, by, clock.now())
            messages.success(request, _("Recorded as not sent: the next run may write to them once more."))
    except (Refused, Busy) as refusal:
        messages.error(request, _("Not done: %(reason)s.") % {"reason": refusal})
    except AccountPaused as pause:
        told = {"reason": pause.reason, "advice": pause.advice}
        messages.error(request, _("Not done: the account is paused: %(reason)s. %(advice)s") % told)
    return redirect("admin:campaigns_action_doubts")


def _tell_when(request: HttpRequest, run: Run) -> None:
    starts = date_format(run.starts_at, "Y-m-d H:i") if run.starts_at else ""
    told = {"run": run.pk, "starts": starts}
    messages.success(
        request, _("Run %(run)s is queued for %(starts)s UTC: it reads, and sends nothing.") % told
    )
    for note in run.notes:
        messages.warning(request, note)
