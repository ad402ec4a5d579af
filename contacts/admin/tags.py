"""Tags, and how many people have each."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from contacts.models import Tag


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    list_display = ["name", "people"]
    search_fields = ["name"]
    ordering = ["name"]  # the model's own is lost where the people are counted

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Tag]":
        tags: QuerySet[Tag] = super().get_queryset(request)
        return tags.annotate(size=Count("contacts"))

    @admin.display(ordering="size")
    def people(self, tag: Any) -> int:
        return int(tag.size)
