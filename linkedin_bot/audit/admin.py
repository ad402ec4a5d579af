"""The audit log for the staff: looked at, and written by nobody."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.decorators import display

from engine.admin.records import RecordAdmin
from linkedin_bot.audit import chain
from linkedin_bot.audit.models import Entry

# Well before a server gives a request up; some hundred thousand entries are looked at in it.
VERIFIED_WITHIN = timedelta(seconds=10)
TONES = {"admin": "info", "api": "success", "command": "warning", "sign_in": "default"}


class WhereForm(forms.Form):
    """After which entry to go on; the highest is what a column of the database holds."""

    after = forms.IntegerField(min_value=0, max_value=2**63 - 1, required=False)


@admin.register(Entry)
class EntryAdmin(RecordAdmin):
    list_display = ("number", "moment", "shown_way", "who", "verb", "rows", "told")
    list_filter = ("way",)
    search_fields = ("who", "verb")
    date_hierarchy = "at"
    ordering = ("-number",)
    show_full_result_count = False
    list_before_template = "admin/audit/what_it_is.html"
    fields = ("number", "moment", "way", "who", "verb", "rows", "told", "previous", "hash")
    readonly_fields = ("moment", "rows", "told")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(require_POST(self.verify)))
        return [path("verify/", view, name="audit_entry_verify"), *super().get_urls()]

    def verify(self, request: HttpRequest) -> HttpResponse:
        """What `manage.py verify_audit` says, in words; a long log in as many steps as it takes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = WhereForm(request.POST)
        after = (form.cleaned_data["after"] or 0) if form.is_valid() else 0
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Is the audit log whole?"),
            "opts": self.opts,
            "verdict": chain.verify(after, VERIFIED_WITHIN),
        }
        return TemplateResponse(request, "admin/audit/verdict.html", context)

    @display(description=_("time (UTC)"), ordering="at")
    def moment(self, entry: Entry) -> str:
        return f"{entry.at:%Y-%m-%d %H:%M:%S}"

    @display(description=_("way"), label=TONES)
    def shown_way(self, entry: Entry) -> tuple[str, str]:
        return entry.way, entry.get_way_display()

    @display(description=_("rows"), empty_value="–")
    def rows(self, entry: Entry) -> str | None:
        return "; ".join(f"{model} {', '.join(keys)}" for model, keys in entry.about.items()) or None

    @display(description=_("what was written"), empty_value="–")
    def told(self, entry: Entry) -> str | None:
        lines = (
            f"{model} {what}" + (f" ({', '.join(fields)})" if fields else "")
            for model, did in entry.wrote.items()
            for what, fields in did.items()
        )
        return "; ".join(lines) or None
