"""What is done to one person from their page: never contact them, take that back, export, erase, merge."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns import data_rights, duplicates
from campaigns.free_pages import clear_free_pages
from campaigns.models import Busy
from campaigns.wishing import NotDue, campaigns_for, wish
from contacts import privacy
from contacts.admin.narrowing import row_id
from contacts.duplicates import CannotMerge
from contacts.models import Contact
from contacts.search import found
from engine import traces
from engine.errors import AccountPaused
from engine.pace import SystemClock

MOST_CANDIDATES = 20


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


class PersonPages:
    """Their addresses under a contact's own; each changes something by POST only."""

    admin_site: Any

    def views_below(self) -> dict[str, Callable[..., HttpResponse]]:
        return {
            "silence": require_POST(self.silence), "allow": require_POST(self.allow), "wish": require_POST(self.wish),
            "export": self.export, "erase": self.erase, "merge": self.merge,
        }  # fmt: skip

    def silence(self, request: HttpRequest, pk: int) -> HttpResponse:
        person, form = self._person(request, pk, "change"), ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was changed: say why they are not to be contacted."))
            return self._back(person)
        person.do_not_contact(f"{form.cleaned_data['reason']} ({request.user})")
        self.log_change(request, person, "Do not contact.")  # type: ignore[attr-defined]
        messages.success(request, _("Nobody writes to them any more, from any account."))
        return self._back(person)

    def allow(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self._person(request, pk, "change")
        if person.allow_contact():
            self.log_change(request, person, "May be contacted again.")  # type: ignore[attr-defined]
            messages.success(request, _("They may be contacted again."))
        else:
            messages.warning(request, _("They stay as they are."))
        return self._back(person)

    def wish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Now: the campaign starts, or the text waits for whoever approves it."""
        person = self._person(request, pk, "view")
        if not request.user.has_perm("campaigns.change_campaign"):
            raise PermissionDenied
        chosen = [each for each in campaigns_for(person) if str(each.pk) == request.POST.get("campaign")]
        for campaign in chosen:
            try:
                _action, run = wish(campaign, person, SystemClock(), f"user {request.user}")
            except NotDue as error:
                messages.warning(request, _("No wish: %(why)s.") % {"why": error})
            except (Busy, AccountPaused) as error:
                messages.warning(
                    request, _("Planned for the next run, none starts now: %(why)s.") % {"why": error}
                )
            else:
                told = (
                    _("Planned, and %(run)s was started.")
                    if run
                    else _("Planned; its text waits for approval.")
                )
                messages.success(request, told % {"run": run})
        return self._back(person)

    def export(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything that is kept about them, for the person who asks for it."""
        person = self._person(request, pk, "view")
        known = data_rights.export(privacy.identity_of(person.profile_url), traces.find)
        headers = {
            "Content-Disposition": f'attachment; filename="contact-{pk}.json"',
            "Cache-Control": "no-store",
        }
        options = {"ensure_ascii": False, "indent": 2}
        return JsonResponse(known, encoder=DjangoJSONEncoder, json_dumps_params=options, headers=headers)

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """There is no way to undo it, so the name has to be typed."""
        person = self._person(request, pk, "delete")
        typed = request.POST.get("typed", "").strip()
        if request.method != "POST" or typed != str(person).strip():
            known = data_rights.export(privacy.identity_of(person.profile_url), traces.find)
            counts = [(name.replace("_", " "), len(rows)) for name, rows in known.items() if rows]
            told = {"title": _("Erase this person"), "counts": counts, "is_wrong": request.method == "POST"}
            return self._page(request, "erase", person, told)
        return self._erase(request, person)

    def _erase(self, request: HttpRequest, person: Contact) -> HttpResponse:
        try:
            data_rights.erase(privacy.identity_of(person.profile_url), SystemClock().now(), traces.remove)
            clear_free_pages(connection)
        except data_rights.RunActive as active:
            messages.error(request, str(active))
            return self._back(person)
        except CommandError as error:
            messages.warning(request, str(error))
        messages.success(request, _("Erased, and kept out from now on."))
        return HttpResponseRedirect(reverse("admin:contacts_contact_changelist"))

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First who the other one is, then both side by side, then it is done."""
        kept = self._person(request, pk, "merge")
        other = self._other(request, kept)
        if request.method == "POST" and other:
            return self._merge(request, kept, other)
        asked = request.GET.get("q", "")
        told: dict[str, Any] = {
            "title": _("Merge two contacts that are one person"),
            "other": other,
            "asked": asked,
        }
        if not other:
            told["candidates"] = _candidates(kept, asked)
        return self._page(request, "merge", kept, told)

    def _merge(self, request: HttpRequest, kept: Contact, other: Contact) -> HttpResponse:
        name = str(other)
        try:
            duplicates.merge(kept, other, SystemClock().now())
        except CannotMerge as error:
            messages.error(request, str(error))
            return self._back(kept)
        self.log_change(request, kept, "Merged with a duplicate.")  # type: ignore[attr-defined]
        told = _("%(other)s is now one contact with %(kept)s.")
        messages.success(request, told % {"other": name, "kept": kept})
        return self._back(kept)

    def _other(self, request: HttpRequest, kept: Contact) -> Contact | None:
        other = row_id(request.POST.get("other") or request.GET.get("other") or "")
        return None if other is None else Contact.objects.filter(pk=other).exclude(pk=kept.pk).first()

    def _person(self, request: HttpRequest, pk: int, verb: str) -> Contact:
        if not request.user.has_perm(f"contacts.{verb}_contact"):
            raise PermissionDenied
        person = Contact.objects.filter(pk=pk).first()
        if person is None:
            raise Http404
        return person

    def _page(
        self, request: HttpRequest, name: str, person: Contact, told: dict[str, Any]
    ) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "opts": Contact._meta, "contact": person, **told}
        return TemplateResponse(request, f"admin/contacts/contact/{name}.html", context)

    def _back(self, person: Contact) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:contacts_contact_change", args=[person.pk]))


def _candidates(kept: Contact, asked: str) -> list[Contact]:
    """Those found, or without a question those of the same name or e-mail."""
    same = found(asked or kept.name)
    people = Contact.objects.filter(pk__in=same)
    if kept.email and not asked:
        people |= Contact.objects.filter(email=kept.email)
    return list(people.exclude(pk=kept.pk).order_by("name", "pk")[:MOST_CANDIDATES])
