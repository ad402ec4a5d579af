"""The quota that was spent, permit by permit."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from engine.admin.records import RecordAdmin
from engine.admin.standing import SPOKEN
from engine.models import SpentPermit


@admin.register(SpentPermit)
class SpentPermitAdmin(RecordAdmin):
    list_display = ("taken_at", "spoken", "account", "run", "waits", "given_back_at")
    list_filter = ("account", "bucket", ("given_back_at", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("attempt_id",)
    date_hierarchy = "taken_at"
    ordering = ("-taken_at", "-pk")

    @display(description=gettext_lazy("for"), ordering="bucket")
    def spoken(self, permit: SpentPermit) -> str:
        return capfirst(str(SPOKEN.get(permit.bucket, permit.bucket)))

    @display(description=gettext_lazy("run"), ordering="run_id")
    def run(self, permit: SpentPermit) -> str:
        if permit.run_id is None:
            return _("by hand")
        address = reverse("admin:campaigns_run_change", args=[permit.run_id])
        return format_html('<a class="underline" href="{}">{}</a>', address, permit.run_id)

    @display(description=gettext_lazy("the next one after"), ordering="spacing_seconds")
    def waits(self, permit: SpentPermit) -> str:
        return _("%(seconds)d s") % {"seconds": permit.spacing_seconds}
