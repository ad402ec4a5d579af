"""Contacts and what passed between us, for programs: to look at."""

from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from contacts.access import accounts_of
from contacts.filters import ContactFilter, InteractionFilter
from contacts.models import Contact, Interaction
from contacts.serializers import ContactDetailSerializer, ContactSerializer, InteractionSerializer

ID = "[0-9]{1,18}"


class ContactViewSet(ReadOnlyModelViewSet[Contact]):
    """The people this installation knows."""

    scopes: ClassVar = {"list": ("read",), "retrieve": ("read",)}
    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    ordering = "id"
    lookup_value_regex = ID

    def get_queryset(self) -> "QuerySet[Contact]":
        account_ids = accounts_of(self.request)
        accounts = apps.get_model("engine", "Account")._default_manager.order_by("name")
        contacts = super().get_queryset()
        if account_ids is not None:
            accounts = accounts.filter(pk__in=account_ids)
            links = Contact.accounts.through._default_manager.filter(contact=OuterRef("pk"))
            contacts = contacts.filter(Exists(links.filter(account__in=account_ids)))
        seen = contacts.annotate(score=_best_score(account_ids)).defer("notes")
        return seen.prefetch_related("tags", Prefetch("accounts", accounts.only("name")), *self._more())

    def get_serializer_class(self) -> type[ContactSerializer]:
        return ContactDetailSerializer if self.action == "retrieve" else ContactSerializer

    @method_decorator(conditional_page)
    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    def _more(self) -> list[str]:
        return ["aliases"] if self.action == "retrieve" else []


class InteractionViewSet(ListModelMixin, GenericViewSet[Interaction]):
    """What the contacts experienced, the newest first."""

    scopes: ClassVar = {"list": ("read",)}
    queryset = Interaction.objects.select_related("account")
    serializer_class = InteractionSerializer
    filterset_class = InteractionFilter
    ordering = "-happened_at"

    def get_queryset(self) -> "QuerySet[Interaction]":
        account_ids = accounts_of(self.request)
        interactions = super().get_queryset()
        return interactions if account_ids is None else interactions.filter(account__in=account_ids)


def _best_score(account_ids: frozenset[int] | None) -> Subquery:
    profiles = apps.get_model("campaigns", "SourcedProfile")._default_manager.filter(contact=OuterRef("pk"))
    if account_ids is not None:
        profiles = profiles.filter(campaign__account__in=account_ids)
    return Subquery(profiles.order_by(F("score").desc(nulls_last=True)).values("score")[:1])
