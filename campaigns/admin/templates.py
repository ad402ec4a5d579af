"""The texts that wishes are made from, with a preview while they are written."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from campaigns.admin.previews import preview
from campaigns.models import Action, MessageTemplate
from campaigns.templates import MAX_TEXT_LENGTH

# What is looked at of a text while it is typed: enough to say that it is too long.
LONGEST_LOOK = MAX_TEXT_LENGTH * 2


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):
    list_display = ("name", "purpose", "language", "text", "is_active", "used", "answered", "last_used")
    list_filter = ("purpose", "language", "is_active")
    search_fields = ("name", "text")
    fields = ("name", ("purpose", "language"), "text", "is_active")
    change_form_after_template = "admin/campaigns/messagetemplate/panel.html"

    class Media:
        css = {"all": ("campaigns/admin/decisions.css",)}
        js = ("campaigns/admin/template_preview.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageTemplate]:
        sent = Q(action__status=Action.Status.DONE)
        counts = {
            "uses": Count("action", filter=sent),
            "last_use": Max("action__ended_at", filter=sent),
            "known": Count("action", filter=Q(action__replied__isnull=False)),
            "replies": Count("action", filter=Q(action__replied=True)),
        }
        return super().get_queryset(request).annotate(**counts)  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.preview))
        return [path("preview/", view, name="campaigns_messagetemplate_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What the text of the form would say; nothing is saved. A fragment where a script asks for it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        draft = MessageTemplate(
            pk=_number(request.POST.get("template", "")),
            text=request.POST.get("text", "").replace("\r\n", "\n")[:LONGEST_LOOK],
            purpose=request.POST.get("purpose", ""),
            language=request.POST.get("language", ""),
        )
        context = {"preview": preview(draft, request.POST.get("preview_for", ""))}
        if "X-Fragment" in request.headers:
            return TemplateResponse(request, "admin/campaigns/messagetemplate/preview.html", context)
        page = {**self.admin_site.each_context(request), "title": _("Preview"), "opts": self.opts, **context}
        return TemplateResponse(request, "admin/campaigns/messagetemplate/preview_page.html", page)

    @display(description=_("sent"), ordering="uses")
    def used(self, template: Any) -> int:
        return template.uses  # type: ignore[no-any-return]

    @display(description=_("answered, where known"), ordering="replies")
    def answered(self, template: Any) -> str:
        """A conversation is read again only when its next wish is due, or a doubt is settled."""
        if not template.known:
            return gettext("not known yet")
        return gettext("%(replies)d of %(known)d read again") % {
            "replies": template.replies, "known": template.known,
        }  # fmt: skip

    @display(description=_("last sent"), ordering="last_use")
    def last_used(self, template: Any) -> Any:
        return template.last_use


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
