"""Contacts: who they are, their birthdays, and whether they may be contacted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from contacts.admin.aliases import AliasInline
from contacts.admin.filters import AccountFilter, BirthdayMonthFilter, TagFilter
from contacts.admin.interactions import InteractionInline
from contacts.admin.lists import CappedPaginator
from contacts.identities import Identity
from contacts.models import Contact, Tag
from contacts.profile_urls import InvalidProfileUrl, canonical
from contacts.search import found
from contacts.tags import InvalidTag, canonical_tag


class TaggingForm(ActionForm):
    """The list's actions, with the tag that one of them adds."""

    tag = forms.CharField(
        required=False,
        label="",
        widget=UnfoldAdminTextInputWidget({"placeholder": _("tag"), "aria-label": _("Tag")}),
    )


@admin.register(Contact)
class ContactAdmin(ModelAdmin):
    list_display = ["name", "birthday_on", "status", "company", "profile_url"]
    list_filter: list[Any] = ["status", BirthdayMonthFilter, "birthday_source", TagFilter, AccountFilter]
    search_fields = ["name"]  # asks for the box; get_search_results says how
    search_help_text = _(
        "Beginnings of words in name, company, position or e-mail; or a whole profile address."
    )
    ordering = ["name", "pk"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count everybody, once for each choice
    paginator = CappedPaginator
    readonly_fields = ["status", "status_reason", "created_at", "updated_at"]
    filter_horizontal = ["accounts"]
    autocomplete_fields = ["tags"]
    inlines = [AliasInline, InteractionInline]
    action_form = TaggingForm
    actions = ["refuse_contact", "allow_contact", "add_tag"]
    fieldsets = [
        (None, {"fields": ["name", "first_name", "profile_url", "member_id", "email", "language"]}),
        (_("Birthday"), {"fields": [("birth_day", "birth_month", "birth_year"), "birthday_source"]}),
        (_("Work"), {"fields": ["company", "position", "connected_on", "accounts", "tags"]}),
        (_("May this person be contacted?"), {"fields": ["status", "status_reason", "notes"]}),
        (_("Record"), {"fields": [("created_at", "updated_at")]}),
    ]

    def has_delete_permission(self, *args: Any) -> bool:
        """With a contact the record of what they were sent would go; manage.py erase_contact keeps them out."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Contact]", search_term: str
    ) -> "tuple[QuerySet[Contact], bool]":
        if not search_term.strip():
            return queryset, False
        try:
            known = Contact.objects.identified_by(Identity.of([canonical(search_term)]))
            return queryset.filter(pk__in=known.values("pk")), False
        except InvalidProfileUrl:
            return queryset.filter(pk__in=found(search_term, queryset.db)), False

    @admin.display(description=_("birthday"), ordering="birth_month", empty_value="–")
    def birthday_on(self, contact: Contact) -> str | None:
        if contact.birth_month is None or contact.birth_day is None:
            return None
        return f"{contact.birth_day} {MONTHS[contact.birth_month]}"

    @admin.action(description=_("Do not contact"), permissions=["change"])
    def refuse_contact(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> None:
        reason = f"asked for in the admin by {request.user}"
        moved = sum(contact.do_not_contact(reason) for contact in queryset)
        told = ngettext(
            "%(count)d will not be contacted any more.", "%(count)d will not be contacted any more.", moved
        )
        self.message_user(request, told % {"count": moved}, messages.SUCCESS)

    @admin.action(description=_("May be contacted again"), permissions=["change"])
    def allow_contact(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> None:
        moved = sum(contact.allow_contact() for contact in queryset)
        told = ngettext("%(count)d may be contacted again.", "%(count)d may be contacted again.", moved)
        self.message_user(request, told % {"count": moved}, messages.SUCCESS)

    @admin.action(description=_("Add the tag"), permissions=["change"])
    def add_tag(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> None:
        try:
            name = canonical_tag(request.POST.get("tag", ""))
        except InvalidTag as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        chosen = queryset.values_list("pk", flat=True)
        Tag.objects.named([name])[name].give(chosen)
        told = ngettext("%(count)d has the tag %(tag)s.", "%(count)d have the tag %(tag)s.", len(chosen))
        self.message_user(request, told % {"count": len(chosen), "tag": name}, messages.SUCCESS)
