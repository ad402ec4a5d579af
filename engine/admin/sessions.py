"""Stored sessions and the browsers that use them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from engine.admin.records import RecordAdmin
from engine.browser_profiles import LastingProfile
from engine.models import BrowserProcess, StoredSession


@admin.register(StoredSession)
class StoredSessionAdmin(RecordAdmin):
    """Deleting one signs the account out here; its content is shown to nobody."""

    list_display = ("account", "expires_at", "browser_version", "stored_at")
    fields = ("account", "expires_at", "browser_version", "stored_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: StoredSession) -> None:
        LastingProfile(obj.account).remove()
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StoredSession]) -> None:
        for session in queryset.select_related("account"):
            LastingProfile(session.account).remove()
        super().delete_queryset(request, queryset)


@admin.register(BrowserProcess)
class BrowserProcessAdmin(RecordAdmin):
    list_display = ("account", "host", "group_id", "started_at", "ended_at")
    list_filter = ("account", "host", ("ended_at", admin.EmptyFieldListFilter))
    date_hierarchy = "started_at"
