"""Where notices go, for the staff, with the log of what was told and whether it arrived."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from campaigns.channels import Event
from campaigns.models import Notice, NoticeChannel, NoticeDelivery
from engine.admin.records import RecordAdmin


class NoticeChannelForm(forms.ModelForm[NoticeChannel]):
    events = forms.MultipleChoiceField(
        choices=Event.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None: all.")
    )


@admin.register(NoticeChannel)
class NoticeChannelAdmin(ModelAdmin):
    form = NoticeChannelForm
    list_display = ("name", "kind", "account", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("account",)
    fields = ("name", "kind", "address", "account", "events", "is_active")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        is_signed = (
            obj and obj.kind == NoticeChannel.Kind.WEBHOOK and self.has_change_permission(request, obj)
        )
        return (*self.fields, "secret") if is_signed else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("secret",)

    @admin.display(description=_("signing secret (standardwebhooks.com)"))
    def secret(self, channel: NoticeChannel) -> str:
        return channel.secret


@admin.register(Notice, NoticeDelivery)
class NoticeRecordAdmin(RecordAdmin):
    """What was told, and how it got there: looked at, never written by hand."""

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        if self.model is Notice:
            return ("happened_at", "event", "account", "summary")
        return ("notice", "channel", "status", "attempts", "last_error", "attempted_at", "delivered_at")

    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        return ("event", "account") if self.model is Notice else ("status", "channel")

    def get_list_select_related(self, request: HttpRequest) -> tuple[str, ...]:
        return ("account",) if self.model is Notice else ("notice", "channel")
