"""Contacts and what passed between us, for programs: to look at."""

from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from contacts.access import accounts_of
from contacts.filters import ContactFilter, InteractionFilter
from contacts.models import Contact, Interaction
from contacts.pages import COLUMNS, as_seen
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
        contacts = super().get_queryset().annotate(score=_best_score(account_ids))
        if account_ids is not None:
            links = Contact.accounts.through._default_manager.filter(contact=OuterRef("pk"))
            contacts = contacts.filter(Exists(links.filter(account__in=account_ids)))
        return contacts

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = self.filter_queryset(self.get_queryset()).values(*COLUMNS)
        rows: Any = self.paginate_queryset(found)
        return self.get_paginated_response(as_seen(rows, _accounts(request)))

    def get_object(self) -> Contact:
        contact = super().get_object()
        prefetch_related_objects([contact], "tags", "aliases", Prefetch("accounts", _accounts(self.request)))
        return contact

    def get_serializer_class(self) -> type[ContactSerializer]:
        return ContactDetailSerializer if self.action == "retrieve" else ContactSerializer

    @method_decorator(conditional_page)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)


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


def _accounts(request: Request) -> "QuerySet[Any]":
    accounts = apps.get_model("engine", "Account")._default_manager.order_by("name")
    account_ids = accounts_of(request)
    return accounts if account_ids is None else accounts.filter(pk__in=account_ids)


def _best_score(account_ids: frozenset[int] | None) -> Subquery:
    profiles = apps.get_model("campaigns", "SourcedProfile")._default_manager.filter(contact=OuterRef("pk"))
    if account_ids is not None:
        profiles = profiles.filter(campaign__account__in=account_ids)
    return Subquery(profiles.order_by(F("score").desc(nulls_last=True)).values("score")[:1])
