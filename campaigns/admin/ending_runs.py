"""The staff's page on which a run that is dead is ended, with how they know that it is."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.models import Run
from engine.pace import SystemClock

LONGEST_ANSWER = 300


class HowForm(forms.Form):
    how = forms.CharField(
        label=_("How do you know that process and browser are gone?"),
        max_length=LONGEST_ANSWER,
        widget=UnfoldAdminTextInputWidget,
    )


@admin.action(description=_("End a run that is dead…"), permissions=["stop"])
def end_dead(runs_admin: ModelAdmin, request: HttpRequest, runs: QuerySet[Run]) -> HttpResponse | None:
    now = SystemClock().now()
    refusals = {run: reason for run in runs if (reason := run.why_not_end(now))}
    dead = [run for run in runs if run not in refusals]
    form = HowForm(request.POST if "confirmed" in request.POST else None)
    if not (dead and form.is_valid()):
        return _asked(runs_admin, request, dead, list(refusals.values()), form)
    reason = f"{request.user} said that it is dead: {form.cleaned_data['how']}"
    ended = sum(run.end_by_hand(reason, now) for run in dead)
    kept = len(refusals) + len(dead) - ended
    told = [ngettext("%(count)d ended.", "%(count)d ended.", ended) % {"count": ended}]
    if kept:
        alive = ngettext(
            "%(count)d gave a sign of life or ended meanwhile.",
            "%(count)d gave a sign of life or ended meanwhile.",
            kept,
        )
        told.append(alive % {"count": kept})
    runs_admin.message_user(request, " ".join(told), messages.WARNING if kept else messages.SUCCESS)
    return None


def _asked(
    runs_admin: ModelAdmin, request: HttpRequest, dead: list[Run], refusals: list[str], form: HowForm
) -> TemplateResponse:
    context = {
        **runs_admin.admin_site.each_context(request),
        "title": _("End a run that is dead"),
        "opts": Run._meta,
        "runs": dead,
        "refusals": refusals,
        "form": form,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/campaigns/run/end_dead.html", context)
