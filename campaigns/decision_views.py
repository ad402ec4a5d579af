"""What waits for a person's word, for programs: the texts to approve and the doubts to settle."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import approvals, doubts
from campaigns.approvals import Decider
from campaigns.bodies import ApproveBody, LookedBody, NothingBody, RejectBody
from campaigns.models import Action
from campaigns.refusals import refusals_told
from campaigns.serializers import ActionSerializer, ApprovedSerializer, DoubtSerializer, SettledSerializer
from campaigns.standing import WAITS
from campaigns.views import ACCEPTED, ID, OfAccounts, accepted, who
from engine.pace import SystemClock
from engine.ports import Clock


class ApprovalViewSet(ListModelMixin, OfAccounts[Action]):
    """The texts that wait for a person's approval."""

    clock: Clock = SystemClock()
    scopes: ClassVar = {"list": ("read",), "approve": ("write",), "reject": ("write",)}
    queryset = Action.objects.select_related("contact", "campaign")
    serializer_class = ActionSerializer
    ordering = "id"
    lookup_value_regex = ID

    def get_queryset(self) -> "QuerySet[Action]":
        actions = super().get_queryset()
        return actions.filter(WAITS) if self.action == "list" else actions

    @extend_schema(operation_id="approve_text", request=ApproveBody, responses=ApprovedSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve exactly the text that was looked at, for this person."""
        body = ApproveBody.read(request)
        return self._decide(approvals.approve, body["text_sha256"])

    @extend_schema(operation_id="reject_text", request=RejectBody, responses=ApprovedSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Decide against the text that was looked at: this person gets nothing on this occasion."""
        body = RejectBody.read(request)
        return self._decide(approvals.reject, body["text_sha256"], body["reason"])

    def _decide(self, decide: Callable[..., Action], *looked_at: str) -> Response:
        waiting = self.get_object()
        with refusals_told(self.request):
            decided = decide(waiting.pk, *looked_at, _decider(self.request), self.clock.now())
        return Response(ApprovedSerializer(decided).data)


class DoubtViewSet(ListModelMixin, OfAccounts[Action]):
    """What may have left without its proof: nothing is repeated until it is settled."""

    clock: Clock = SystemClock()
    scopes: ClassVar = {
        "list": ("read",), "was_sent": ("write",), "was_not_sent": ("write",), "read_now": ("run",),
    }  # fmt: skip
    queryset = Action.objects.select_related("contact", "campaign", "account")
    serializer_class = DoubtSerializer
    ordering = "-id"
    lookup_value_regex = ID

    def get_queryset(self) -> "QuerySet[Action]":
        actions = super().get_queryset()
        return actions.filter(status=Action.Status.UNKNOWN) if self.action == "list" else actions

    @extend_schema(operation_id="doubt_was_sent", request=LookedBody, responses=SettledSerializer)
    @action(detail=True, methods=["post"], url_path="was-sent")
    def was_sent(self, request: Request, pk: str) -> Response:
        """Somebody looked into the conversation, and it was sent: it is recorded as done."""
        return self._settle(doubts.was_sent)

    @extend_schema(operation_id="doubt_was_not_sent", request=LookedBody, responses=SettledSerializer)
    @action(detail=True, methods=["post"], url_path="was-not-sent")
    def was_not_sent(self, request: Request, pk: str) -> Response:
        """Somebody looked into the conversation, and it was not sent: the next run may act once more."""
        return self._settle(doubts.was_not_sent)

    @extend_schema(operation_id="read_doubts", request=NothingBody, responses=ACCEPTED)
    @action(detail=True, methods=["post"], url_path="read-now")
    def read_now(self, request: Request, pk: str) -> Response:
        """Queue a run that reads for each doubt of the account whether it happened, and sends nothing."""
        NothingBody.read(request)
        doubt = self.get_object()
        with refusals_told(request):
            run = doubts.read_now(doubt.pk, _decider(request), self.clock)
        return accepted(run, self.get_serializer_context())

    def _settle(self, say: Callable[[int, Decider, datetime], Action]) -> Response:
        LookedBody.read(self.request)
        doubt = self.get_object()
        with refusals_told(self.request):
            settled = say(doubt.pk, _decider(self.request), self.clock.now())
        return Response(SettledSerializer(settled).data)


def _decider(request: Request) -> Decider:
    return Decider(who(request), request.user if request.user.is_authenticated else None)
