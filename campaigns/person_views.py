"""A person's own rights for programs: not to be contacted, to see what is kept, to be erased."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.http import JsonResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import data_rights
from campaigns.bodies import EraseBody, PersonBody, SilenceBody
from campaigns.free_pages import clear_free_pages
from campaigns.refusals import NotNow
from campaigns.serializers import ErasureSerializer, MovedSerializer
from contacts import privacy
from contacts.identities import Identity
from contacts.models import Contact
from engine import traces
from engine.pace import SystemClock
from engine.ports import Clock


class PersonViewSet(GenericViewSet[Contact]):
    """Known by an address or an e-mail, whether or not they are a contact; it concerns every account."""

    clock: Clock = SystemClock()
    database: Any = connection
    queryset = Contact.objects.all()
    scopes: ClassVar = {"silence": ("write",), "lift": ("write",), "export": ("read",), "erase": ("write",)}
    unrestricted: ClassVar = ("silence", "lift", "export", "erase")
    staff_verbs: ClassVar = {"erase": "delete"}
    pagination_class = None
    filter_backends = ()

    @extend_schema(operation_id="do_not_contact", request=SilenceBody, responses=MovedSerializer)
    def silence(self, request: Request) -> Response:
        """Never contact this person, known already or not."""
        values = SilenceBody.read(request)
        with _person(values) as identity:
            return Response({"moved": privacy.suppress(identity, values["reason"])})

    @extend_schema(operation_id="allow_contact", request=PersonBody, responses=MovedSerializer)
    def lift(self, request: Request) -> Response:
        """They changed their mind: they may be recorded and contacted again."""
        with _person(PersonBody.read(request)) as identity:
            return Response({"moved": privacy.lift(identity)})

    @extend_schema(
        operation_id="export_person",
        request=PersonBody,
        responses={200: OpenApiResponse(dict[str, Any], description="Everything that is kept about them.")},
    )
    def export(self, request: Request) -> JsonResponse:
        """Everything that is kept about one person."""
        with _person(PersonBody.read(request)) as identity:
            known = data_rights.export(identity, traces.find)
        return JsonResponse(known, encoder=DjangoJSONEncoder, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="erase_person", request=EraseBody, responses=ErasureSerializer)
    def erase(self, request: Request) -> Response:
        """Remove one person from every table and file, and keep them out. There is no way to undo it."""
        values = EraseBody.read(request)
        with _person(values) as identity:
            if values["dry_run"]:
                known = data_rights.export(identity, traces.find)
                counts = {name: len(rows) for name, rows in known.items()}
                return Response({"is_erased": False, "counts": counts})
            return Response({"is_erased": True, "counts": self._erase(identity)})

    def _erase(self, identity: Identity) -> dict[str, int]:
        try:
            erased = asdict(data_rights.erase(identity, self.clock.now(), traces.remove))
            clear_free_pages(self.database)
        except data_rights.RunActive as active:
            raise NotNow.busy(self.request, active.run, active) from active
        except CommandError as error:
            raise NotNow(str(error), "erase_again") from error
        counts: dict[str, int] = erased | erased.pop("elsewhere")
        if counts["profiles_still_in_use"]:
            raise NotNow("a browser profile is in use: erase again after it was closed", "erase_again")
        return counts


@contextmanager
def _person(values: dict[str, Any]) -> Iterator[Identity]:
    """Who is meant. What does not say so, also once it is looked up, is the field's mistake."""
    try:
        yield privacy.identity_of(values["person"])
    except privacy.Unclear as error:
        raise ValidationError({"person": str(error)}) from error
