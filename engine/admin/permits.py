"""The quota that was spent, permit by permit."""

from django.contrib import admin

from engine.admin.records import RecordAdmin
from engine.models import SpentPermit


@admin.register(SpentPermit)
class SpentPermitAdmin(RecordAdmin):
    list_display = ("account", "bucket", "run_id", "taken_at", "spacing_seconds", "given_back_at")
    list_filter = ("account", "bucket", ("given_back_at", admin.EmptyFieldListFilter))
    search_fields = ("attempt_id",)
    date_hierarchy = "taken_at"
