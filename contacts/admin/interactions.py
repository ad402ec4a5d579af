"""What passed between us: looked at, never written by hand."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from contacts.models import Interaction


class ReadOnly:
    """Nothing is added, changed or deleted by hand: the engine keeps this record."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class InteractionInline(ReadOnly, TabularInline):
    model = Interaction
    fields = ["happened_at", "type", "status", "account", "payload"]
    readonly_fields = fields
    ordering = ["-happened_at"]
    extra = 0
    verbose_name_plural = _("what passed between us")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Interaction]":
        interactions: QuerySet[Interaction] = super().get_queryset(request)
        return interactions.select_related("account", "contact")


@admin.register(Interaction)
class InteractionAdmin(ReadOnly, ModelAdmin):
    list_display = ["happened_at", "type", "status", "contact", "account"]
    list_filter = ["type", "status", "account", "happened_at"]
    search_fields = ["contact__name", "contact__profile_url"]
    list_select_related = ["contact", "account"]
    ordering = ["-happened_at"]
    date_hierarchy = "happened_at"
    show_full_result_count = False
