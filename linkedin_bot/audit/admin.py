"""The audit log for the staff: looked at, and written by nobody."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from engine.admin.records import RecordAdmin
from linkedin_bot.audit.models import Entry

TONES = {"admin": "info", "api": "success", "command": "warning", "sign_in": "default"}


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
