"""Campaigns and their settings."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from campaigns.models import Action, Campaign


@admin.register(Campaign)
class CampaignAdmin(ModelAdmin):
    list_display = (
        "name",
        "account",
        "kind",
        "is_active",
        "needs_approval",
        "sends_late",
        "late_days",
        "in_doubt",
    )
    list_filter = ("kind", "account", "is_active")
    list_select_related = ("account",)
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "kind", "account", "is_active", "needs_approval")}),
        ("When", {"fields": ("schedule",)}),
        ("Birthdays", {"fields": ("sends_late", "late_days", "reply_guard_days")}),
        ("Sourcing", {"fields": ("search_url", "reads_details", "criteria")}),
        ("Invitations", {"fields": ("withdraw_after_days", "keep_list")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        doubts = Count("actions", filter=Q(actions__status=Action.Status.UNKNOWN))
        return super().get_queryset(request).annotate(doubts=doubts)  # type: ignore[no-any-return]

    @admin.display(ordering="doubts")
    def in_doubt(self, campaign: Any) -> int:
        return campaign.doubts  # type: ignore[no-any-return]
