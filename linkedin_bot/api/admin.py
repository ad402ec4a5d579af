"""API keys for the staff: made here, shown once, revoked for good."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from rest_framework_api_key.admin import APIKeyModelAdmin
from rest_framework_api_key.models import APIKey
from unfold.admin import ModelAdmin

from linkedin_bot.api.models import ApiKey

# The library's own model: the API does not know its keys.
admin.site.unregister(APIKey)


@admin.register(ApiKey)
class ApiKeyAdmin(APIKeyModelAdmin, ModelAdmin):
    model = ApiKey
    list_display: Any = [
        "name",
        "prefix",
        "can_read",
        "can_write",
        "can_run",
        "created",
        "expiry_date",
        "revoked",
    ]
    list_filter: ClassVar[Any] = ["revoked", "can_read", "can_write", "can_run", "created"]
    search_fields: ClassVar[Any] = ["name", "prefix"]
    filter_horizontal = ["accounts"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A revoked key stays as it was when it was revoked."""
        fields = tuple(super().get_readonly_fields(request, obj))
        is_revoked = obj is not None and obj.revoked
        return (*fields, "can_read", "can_write", "can_run", "accounts") if is_revoked else fields
