"""Users: nobody makes, changes or removes somebody who may do more than they may themselves."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

admin.site.unregister(User)
FOR_SUPERUSERS = ("is_superuser", "user_permissions")


@admin.register(User)
class StaffAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "whole_name", "in_groups", "is_staff", "is_active", "last_login")
    list_filter = ("groups", "is_staff", "is_active", "is_superuser")
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [(title, {**told, "fields": _without(told["fields"])}) for title, told in fieldsets]

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **given: Any
    ) -> Any:
        if db_field.name == "groups" and not request.user.is_superuser:
            given["queryset"] = groups_within(request.user)
        return super().formfield_for_manytomany(db_field, request, **given)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_within(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or is_within(obj, request.user))

    @display(description=_("name"), ordering="last_name")
    def whole_name(self, user: User) -> str:
        return user.get_full_name()

    @display(description=_("groups"))
    def in_groups(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join([*names, *(["superuser"] if user.is_superuser else [])])


def is_within(other: Any, user: Any) -> bool:
    """Whether the other one may do nothing that this user may not."""
    if user.is_superuser:
        return True
    return not other.is_superuser and other.get_all_permissions() <= user.get_all_permissions()


def groups_within(user: Any) -> Any:
    """The groups that may do nothing that this user may not."""
    own = user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    return Group.objects.filter(
        pk__in=[
            group.pk
            for group in groups
            if {f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()} <= own
        ]
    )


def _without(fields: Any) -> tuple[Any, ...]:
    return tuple(name for name in fields if name not in FOR_SUPERUSERS)
