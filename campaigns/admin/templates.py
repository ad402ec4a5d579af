"""The texts that wishes are made from."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from campaigns.models import MessageTemplate


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):
    list_display = ("name", "purpose", "language", "text", "is_active")
    list_filter = ("purpose", "language", "is_active")
    search_fields = ("name", "text")
