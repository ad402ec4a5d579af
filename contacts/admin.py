"""What staff see of contacts: who they are, what passed between us, and who is not to be contacted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.dates import MONTHS
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from contacts.models import Contact, ContactAlias, Interaction, Tag
from contacts.tags import InvalidTag, canonical_tag


class BirthdayMonthFilter(admin.SimpleListFilter):
    title = "birthday month"
    parameter_name = "birth_month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((str(number), name) for number, name in MONTHS.items()), ("none", "No birthday known")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> "QuerySet[Contact]":
        value = self.value()
        if value == "none":
            return queryset.filter(birth_month=None)
        month = int(value) if value and value.isdecimal() and len(value) <= 2 else None
        return queryset.filter(birth_month=month) if month else queryset


class ReadOnly:
    """Nothing is added, changed or deleted by hand: the engine keeps this record."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class InteractionInline(ReadOnly, TabularInline):
    model = Interaction
    fields = ["happened_at", "type", "status", "account", "payload"]
    readonly_fields = fields
    ordering = ["-happened_at"]
    extra = 0
    verbose_name_plural = "what passed between us"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Interaction]":
        interactions: QuerySet[Interaction] = super().get_queryset(request)
        return interactions.select_related("account", "contact")


class AliasInline(TabularInline):
    model = ContactAlias
    fields = ["profile_url", "created_at"]
    readonly_fields = ["created_at"]
    extra = 0
    verbose_name_plural = "other addresses of this person"


class TaggingForm(ActionForm):
    """The list's actions, with the tag that one of them adds."""

    tag = forms.CharField(
        required=False,
        label="",
        widget=UnfoldAdminTextInputWidget({"placeholder": "tag", "aria-label": "Tag"}),
    )


@admin.register(Contact)
class ContactAdmin(ModelAdmin):
    list_display = ["name", "birthday_on", "status", "company", "profile_url"]
    list_filter = ["status", BirthdayMonthFilter, "birthday_source", "tags", "accounts"]
    search_fields = ["name", "email", "profile_url", "company"]
    ordering = ["name", "pk"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ["status", "status_reason", "created_at", "updated_at"]
    filter_horizontal = ["accounts"]
    autocomplete_fields = ["tags"]
    inlines = [AliasInline, InteractionInline]
    action_form = TaggingForm
    actions = ["refuse_contact", "allow_contact", "add_tag"]
    fieldsets = [
        (None, {"fields": ["name", "first_name", "profile_url", "member_id", "email", "language"]}),
        ("Birthday", {"fields": [("birth_day", "birth_month", "birth_year"), "birthday_source"]}),
        ("Work", {"fields": ["company", "position", "connected_on", "accounts", "tags"]}),
        ("May this person be contacted?", {"fields": ["status", "status_reason", "notes"]}),
        ("Record", {"fields": [("created_at", "updated_at")]}),
    ]

    def has_delete_permission(self, *args: Any) -> bool:
        """With a contact the record of what they were sent would go; manage.py erase_contact keeps them out."""
        return False

    @admin.display(description="birthday", ordering="birth_month", empty_value="–")
    def birthday_on(self, contact: Contact) -> str | None:
        if contact.birth_month is None or contact.birth_day is None:
            return None
        return f"{contact.birth_day} {MONTHS[contact.birth_month]}"

    @admin.action(description="Do not contact", permissions=["change"])
    def refuse_contact(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> None:
        reason = f"asked for in the admin by {request.user}"
        moved = sum(contact.do_not_contact(reason) for contact in queryset)
        self.message_user(request, f"{moved} will not be contacted any more.", messages.SUCCESS)

    @admin.action(description="May be contacted again", permissions=["change"])
    def allow_contact(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> None:
        moved = sum(contact.allow_contact() for contact in queryset)
        self.message_user(request, f"{moved} may be contacted again.", messages.SUCCESS)

    @admin.action(description="Add the tag", permissions=["change"])
    def add_tag(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> None:
        try:
            name = canonical_tag(request.POST.get("tag", ""))
        except InvalidTag as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        chosen = queryset.values_list("pk", flat=True)
        Tag.objects.named([name])[name].give(chosen)
        self.message_user(request, f"{len(chosen)} have the tag {name}.", messages.SUCCESS)


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


@admin.register(ContactAlias)
class ContactAliasAdmin(ModelAdmin):
    list_display = ["profile_url", "contact", "created_at"]
    search_fields = ["profile_url", "contact__name", "contact__profile_url"]
    list_select_related = ["contact"]
    autocomplete_fields = ["contact"]
    readonly_fields = ["created_at"]


@admin.register(Interaction)
class InteractionAdmin(ReadOnly, ModelAdmin):
    list_display = ["happened_at", "type", "status", "contact", "account"]
    list_filter = ["type", "status", "account"]
    search_fields = ["contact__name", "contact__profile_url"]
    list_select_related = ["contact", "account"]
    ordering = ["-happened_at"]
    date_hierarchy = "happened_at"
    show_full_result_count = False
