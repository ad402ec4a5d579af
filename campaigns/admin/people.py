"""Contacts as the staff sees them, with what campaigns know: scores, what passed, and what may be done next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet, prefetch_related_objects
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.admin.importing import ImportPages
from campaigns.admin.people_export import as_csv
from campaigns.admin.people_filters import (
    BirthdayWindowFilter,
    CampaignFilter,
    OpenToWorkFilter,
    ScoreFilter,
)
from campaigns.admin.person_pages import PersonPages
from campaigns.admin.timeline import explained_scores, timeline
from campaigns.models import SourcedProfile
from campaigns.wishing import campaigns_for
from contacts.admin.aliases import AliasInline
from contacts.admin.contacts import ContactAdmin
from contacts.admin.filters import AccountFilter, BirthdayMonthFilter, TagFilter
from contacts.admin.narrowing import NarrowedList
from contacts.models import Contact, Interaction
from engine.admin.object_pages import ObjectPageAdmin

MAY_BE_CONTACTED = {"active": _("yes"), "do_not_contact": _("do not contact"), "gone": _("gone")}


class PeopleList(NarrowedList):
    """Loads for the people of one page what their rows tell, in a query each."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        people: list[Any] = list(self.result_list)
        self.result_list = people
        prefetch_related_objects(people, "tags")
        scores = _latest(SourcedProfile.objects.filter(contact__in=people), "score")
        met = _latest(Interaction.objects.filter(contact__in=people), "happened_at")
        for person in people:
            person.best_score, person.met_at = scores.get(person.pk), met.get(person.pk)


def _latest(rows: "QuerySet[Any]", name: str) -> dict[int, Any]:
    greatest = rows.order_by().values_list("contact").annotate(greatest=Max(name))
    return dict(greatest)


admin.site.unregister(Contact)


@admin.register(Contact)
class PersonAdmin(ImportPages, PersonPages, ObjectPageAdmin, ContactAdmin):
    list_display = ["name", "birthday_on", "contactable", "fit", "last_met", "work", "labels"]
    list_filter = [
        BirthdayWindowFilter, "status", ScoreFilter, TagFilter, CampaignFilter, OpenToWorkFilter, BirthdayMonthFilter,
        AccountFilter,
    ]  # fmt: skip
    sortable_by = ("name",)
    inlines = [AliasInline]  # what passed stands above the form
    actions = [*ContactAdmin.actions, "export_csv"]
    list_before_template = "admin/contacts/contact/list_tools.html"
    change_form_outer_before_template = "admin/contacts/contact/person.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PeopleList]:
        return PeopleList

    def told(self, request: HttpRequest, obj: Contact) -> dict[str, Any]:
        return {"person": self.story_of(obj, request)}

    def story_of(self, person: Contact, request: HttpRequest) -> dict[str, Any]:
        """What the page tells above its form; nothing that this member of the staff may not look at."""
        may = request.user.has_perm
        return {
            "contact": person,
            "scores": explained_scores(person) if may("campaigns.view_sourcedprofile") else [],
            "timeline": timeline(person, with_actions=may("campaigns.view_action"))
            if may("contacts.view_interaction")
            else [],
            "campaigns": campaigns_for(person) if may("campaigns.change_campaign") else [],
            "may_change": self.has_change_permission(request, person),
            "may_erase": may("contacts.delete_contact"),
            "may_merge": may("contacts.merge_contact"),
        }

    @display(
        description=_("may be contacted"),
        label={"active": "success", "do_not_contact": "danger", "gone": "warning"},
        ordering="status",
    )
    def contactable(self, contact: Contact) -> tuple[str, str]:
        return contact.status, str(MAY_BE_CONTACTED[contact.status])

    @display(description=_("score"), empty_value="–")
    def fit(self, contact: Any) -> int | None:
        score: int | None = contact.best_score
        return score

    @display(description=_("last interaction"), empty_value="–")
    def last_met(self, contact: Any) -> str | None:
        met: datetime | None = contact.met_at
        return f"{met:%Y-%m-%d}" if met else None

    @display(description=_("work"), empty_value="–")
    def work(self, contact: Contact) -> str:
        return ", ".join(filter(None, (contact.position, contact.company)))

    @display(description=_("tags"), empty_value="–")
    def labels(self, contact: Contact) -> str:
        return ", ".join(tag.name for tag in contact.tags.all())

    @admin.action(description=_("Export the chosen as CSV, for a spreadsheet"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: "QuerySet[Contact]") -> StreamingHttpResponse:
        lines: Iterable[str] = as_csv(queryset)
        headers = {"Content-Disposition": 'attachment; filename="contacts.csv"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
