"""Other addresses of a person."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from contacts.models import ContactAlias


class AliasInline(TabularInline):
    model = ContactAlias
    fields = ["profile_url", "created_at"]
    readonly_fields = ["created_at"]
    extra = 0
    verbose_name_plural = _("other addresses of this person")


@admin.register(ContactAlias)
class ContactAliasAdmin(ModelAdmin):
    list_display = ["profile_url", "contact", "created_at"]
    search_fields = ["profile_url", "contact__name", "contact__profile_url"]
    list_select_related = ["contact"]
    autocomplete_fields = ["contact"]
    readonly_fields = ["created_at"]
