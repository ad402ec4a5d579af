"""Groups: three come with the software, and a site may make its own."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from unfold.admin import ModelAdmin

admin.site.unregister(Group)


@admin.register(Group)
class RightsAdmin(GroupAdmin, ModelAdmin):
    list_display = ("name",)
    filter_horizontal: ClassVar = ("permissions",)
