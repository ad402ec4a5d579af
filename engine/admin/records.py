"""What the engine writes down and people only read."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class RecordAdmin(ModelAdmin):
    """What the engine writes down and people only read."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
