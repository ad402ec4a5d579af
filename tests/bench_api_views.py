"""What bench_api compares /contacts with: a keyset view written by hand, and DRF's own page numbers."""

from typing import Any, ClassVar

from django.db import connection
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import PageNumberPagination
from rest_framework.viewsets import GenericViewSet

from contacts.models import Contact
from contacts.serializers import ContactSerializer
from linkedin_bot import urls

COLUMNS = (
    "id", "profile_url", "name", "first_name", "email", "company", "position", "language", "connected_on",
    "birth_month", "birth_day", "birth_year", "status", "status_reason", "created_at", "updated_at",
)  # fmt: skip
SCORE = """SELECT contact_id, MAX(score) FROM campaigns_sourcedprofile
           WHERE contact_id IN ({ids}) GROUP BY contact_id"""
TAGS = """SELECT contact_id, name FROM contacts_contact_tags JOIN contacts_tag ON contacts_tag.id = tag_id
          WHERE contact_id IN ({ids}) ORDER BY name"""
ACCOUNTS = """SELECT contact_id, name FROM contacts_contact_accounts
              JOIN engine_account ON engine_account.id = account_id WHERE contact_id IN ({ids}) ORDER BY name"""


def by_hand(request: HttpRequest) -> HttpResponse:
    """The same fields, by the fewest statements that a person would write."""
    after, limit = int(request.GET["after"]), int(request.GET["limit"])
    people = list(Contact.objects.filter(pk__gt=after).order_by("pk").values(*COLUMNS)[: limit + 1])
    page = people[:limit]
    ids = ",".join(str(person["id"]) for person in page)
    scores, tags, accounts = (dict(_rows(SCORE, ids)), _lists(TAGS, ids), _lists(ACCOUNTS, ids))
    for person in page:
        month, day, year = (person.pop(f"birth_{part}") for part in ("month", "day", "year"))
        person["birthday"] = {"month": month, "day": day, "year": year} if month else None
        person["score"] = scores.get(person["id"])
        person["tags"], person["accounts"] = tags.get(person["id"], []), accounts.get(person["id"], [])
        for name in ("created_at", "updated_at"):
            person[name] = person[name].isoformat().replace("+00:00", "Z")
    return JsonResponse({"next": page[-1]["id"] if len(people) > limit else None, "results": page})


def _rows(statement: str, ids: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(ids=ids))
        return list(cursor.fetchall())


def _lists(statement: str, ids: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for contact, name in _rows(statement, ids):
        found.setdefault(contact, []).append(name)
    return found


class FiftyAPage(PageNumberPagination):
    page_size = 50


class PageNumberViewSet(ListModelMixin, GenericViewSet[Contact]):
    """As the framework's own documentation would have it."""

    scopes: ClassVar = {"list": ("read",)}
    queryset = Contact.objects.annotate(score=Value(None, IntegerField())).order_by("id")
    serializer_class = ContactSerializer
    pagination_class: ClassVar[Any] = FiftyAPage
    filter_backends: ClassVar[Any] = []

    def get_queryset(self) -> "QuerySet[Contact]":
        return super().get_queryset().prefetch_related("tags", "accounts")


urlpatterns = [
    path("by-hand", by_hand),
    path("page-numbers", PageNumberViewSet.as_view({"get": "list"})),
    path("empty", lambda request: HttpResponse(b"{}", content_type="application/json")),
    path("", include(urls)),
]
