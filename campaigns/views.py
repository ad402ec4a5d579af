"""Campaigns, runs and actions for programs: to start, follow, stop and look."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError as InvalidModel
from django.db.models import Model, QuerySet
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from campaigns.bodies import (
    NothingBody,
    StartBirthdayBody,
    StartInvitationsBody,
    StartSourcingBody,
)
from campaigns.filters import ActionFilter, CampaignFilter, RunFilter
from campaigns.kinds import Options
from campaigns.models import Action, Campaign, Run
from campaigns.progress import progress_of
from campaigns.refusals import NotNow, refusals_told
from campaigns.rescoring import rescore_outdated
from campaigns.serializers import (
    ActionSerializer,
    CampaignDetailSerializer,
    CampaignSerializer,
    ProgressSerializer,
    RescoredSerializer,
    RunDetailSerializer,
    RunSerializer,
    StatusSerializer,
)
from campaigns.sourcing_downloads import FORMATS, HIGHEST_SCORE, download, read_choice
from campaigns.sourcing_export import COLUMNS
from campaigns.standing import standing
from campaigns.starting import start
from campaigns.streams import lines
from campaigns.tasks import request_stop
from contacts.access import accounts_of
from engine.pace import SystemClock
from engine.ports import Clock

M = TypeVar("M", bound=Model)
ID = "[0-9]{1,18}"
ACCEPTED = {202: OpenApiResponse(RunSerializer, description="Queued; `Location` is the run's address.")}


class OfAccounts(GenericViewSet[M]):
    """Shows what belongs to the accounts that the key is for."""

    def get_queryset(self) -> "QuerySet[M]":
        seen = super().get_queryset()
        account_ids = accounts_of(self.request)
        return seen if account_ids is None else seen.filter(account__in=account_ids)


class CampaignViewSet(OfAccounts[Campaign], ReadOnlyModelViewSet[Campaign]):
    """What is configured, and the starts of each kind."""

    clock: Clock = SystemClock()
    scopes: ClassVar = {
        "list": ("read",), "retrieve": ("read",), "standing": ("read", "run"),
        "birthday": ("run",), "sourcing": ("run",), "invitations": ("run",), "rescore": ("write",),
        "results": ("read",),
    }  # fmt: skip
    queryset = Campaign.objects.select_related("account")
    serializer_class = CampaignSerializer
    filterset_class = CampaignFilter
    ordering = "id"
    lookup_value_regex = ID

    def get_serializer_class(self) -> type[BaseSerializer[Campaign]]:
        return CampaignDetailSerializer if self.action == "retrieve" else CampaignSerializer

    @method_decorator(conditional_page)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(operation_id="rescore", request=NothingBody, responses=RescoredSerializer)
    @action(detail=True, methods=["post"])
    def rescore(self, request: Request, pk: str) -> Response:
        """Score those again whose score is of other criteria than the campaign's of now; nobody is visited."""
        NothingBody.read(request)
        campaign = self.get_object()
        if campaign.kind != Campaign.Kind.SOURCING:
            raise NotNow(f"{campaign} is of the kind {campaign.kind}: it scores nobody", "no_scores")
        try:
            return Response(RescoredSerializer(rescore_outdated(campaign)).data)
        except InvalidModel as error:
            raise NotNow(f"its criteria: {'; '.join(error.messages)}", "criteria_not_understood") from error

    @extend_schema(
        operation_id="campaign_results",
        parameters=[
            OpenApiParameter("format", str, enum=list(FORMATS), default="json"),
            OpenApiParameter("columns", str, description=f"Some of {', '.join(COLUMNS)}; a comma between them."),
            OpenApiParameter(
                "min_score", {"type": "integer", "minimum": 0, "maximum": HIGHEST_SCORE},
                description="Only those with so many points or more.",
            ),
        ],
        responses={
            (200, "application/json"): {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
            (200, "text/csv"): OpenApiResponse(str, description="The best fit first."),
        },
    )  # fmt: skip
    @action(detail=True)
    def results(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The people whom a sourcing campaign found, the best fit first, without those who may not be contacted."""
        try:
            choice = read_choice(request.query_params)
        except InvalidModel as error:
            raise ValidationError(error.message_dict) from error
        return download(self.get_object(), choice)

    @extend_schema(operation_id="campaigns_status", responses=StatusSerializer)
    @action(detail=False, url_path="status")
    def standing(self, request: Request) -> Response:
        """How things stand for each account."""
        told = standing(_accounts(request).order_by("name"), self.clock.now())
        return Response(StatusSerializer(told, context=self.get_serializer_context()).data)

    @extend_schema(
        operation_id="start_birthday",
        request=StartBirthdayBody, responses=ACCEPTED,
        examples=[OpenApiExample("Late ones too", {"dry_run": False, "process_late": True}, request_only=True)],
    )  # fmt: skip
    @action(detail=False, methods=["post"])
    def birthday(self, request: Request) -> Response:
        """Start the birthday campaign."""
        body = StartBirthdayBody.read(request)
        options = Options(body.get("limit"), body["process_late"], body["max_days_late"])
        return self._start(Campaign.Kind.BIRTHDAY, body, options)

    @extend_schema(
        operation_id="start_sourcing",
        request=StartSourcingBody, responses=ACCEPTED,
        examples=[
            OpenApiExample(
                "Gardeners",
                {
                    "search_url": "https://www.linkedin.com/search/results/people/?keywords=gardener",
                    "limit": 10, "criteria": {"keywords": ["roses"]},
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @action(detail=False, methods=["post"])
    def sourcing(self, request: Request) -> Response:
        """Start visiting the people of a search; search and criteria are kept with the campaign."""
        body = StartSourcingBody.read(request)
        kept = {"search_url": body["search_url"], "criteria": body["criteria"]}
        return self._start(Campaign.Kind.SOURCING, body, Options(body["limit"]), kept)

    @extend_schema(operation_id="start_invitations", request=StartInvitationsBody, responses=ACCEPTED)
    @action(detail=False, methods=["post"])
    def invitations(self, request: Request) -> Response:
        """Start withdrawing the invitations that nobody answered."""
        body = StartInvitationsBody.read(request)
        return self._start(Campaign.Kind.INVITATIONS, body, Options(body.get("limit")))

    def _start(
        self, kind: str, body: dict[str, Any], options: Options, kept: dict[str, object] | None = None
    ) -> Response:
        account = _account(self.request, body.get("account"))
        try:
            with refusals_told(self.request):
                run = start(
                    account, kind, options, self.clock,
                    dry_run=body["dry_run"], requested_by=who(self.request), configuration=kept,
                )  # fmt: skip
        except InvalidModel as error:
            raise ValidationError(error.message_dict) from error
        return accepted(run, self.get_serializer_context())


class RunViewSet(OfAccounts[Run], ReadOnlyModelViewSet[Run]):
    """What was started, the newest first."""

    clock: Clock = SystemClock()
    scopes: ClassVar = {
        "list": ("read", "run"), "retrieve": ("read", "run"), "events": ("read", "run"), "stop": ("run",),
    }  # fmt: skip
    queryset = Run.objects.select_related("campaign", "account")
    serializer_class = RunSerializer
    filterset_class = RunFilter
    ordering = "-id"
    lookup_value_regex = ID

    def get_serializer_class(self) -> type[BaseSerializer[Run]]:
        return RunDetailSerializer if self.action == "retrieve" else RunSerializer

    @method_decorator(conditional_page)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="stop_run",
        request=NothingBody,
        responses={202: OpenApiResponse(RunSerializer, description="It ends between two actions.")},
    )
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Ask a run to stop between two actions; asking again changes nothing."""
        NothingBody.read(request)
        run = self.get_object()
        request_stop(run, self.clock.now())
        run.refresh_from_db()
        if (
            run.status == Run.Status.ENDED
            and run.stop_requested_at is None
            and run.outcome != Run.Outcome.STOPPED
        ):
            raise NotNow(f"{run} has ended: {run.outcome}", "ended")
        return Response(RunSerializer(run, context=self.get_serializer_context()).data, status=202)

    @extend_schema(
        responses={
            (200, "application/json"): ProgressSerializer,
            (200, "text/event-stream"): OpenApiResponse(
                str, description="Its progress, an event at each change."
            ),
        }
    )
    @action(detail=True)
    def events(self, request: Request, pk: str) -> HttpResponseBase:
        """Follow a run: as server-sent events where they are accepted, else how far it is now."""
        run = self.get_object()
        if "text/event-stream" not in request.headers.get("Accept", ""):
            return Response(ProgressSerializer(progress_of(run)).data)
        stream = StreamingHttpResponse(lines(run, self.clock), content_type="text/event-stream")
        stream["X-Accel-Buffering"], stream["Cache-Control"] = "no", "no-store"
        return stream


class ActionViewSet(ListModelMixin, OfAccounts[Action]):
    """What a campaign plans, does and did."""

    scopes: ClassVar = {"list": ("read",)}
    queryset = Action.objects.select_related("contact", "campaign")
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    ordering = "-id"

    def get_queryset(self) -> "QuerySet[Action]":
        campaign = self.kwargs.get("campaign_id")
        return super().get_queryset().filter(campaign=campaign)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        account_ids = accounts_of(request)
        mine = {} if account_ids is None else {"account__in": account_ids}
        if not Campaign.objects.filter(pk=kwargs["campaign_id"], **mine).exists():
            raise Http404
        return super().list(request, *args, **kwargs)


def _accounts(request: Request) -> "QuerySet[Any]":
    account_ids = accounts_of(request)
    accounts = apps.get_model("engine", "Account")._default_manager.all()
    return accounts if account_ids is None else accounts.filter(pk__in=account_ids)


def _account(request: Request, name: str | None) -> Any:
    """The account of that name, or the only one. A key for some accounts learns nothing of the others."""
    found = {account.name: account for account in _accounts(request).order_by("name")}
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name in found:
        return found[name]
    if name is not None and accounts_of(request) is not None:
        raise PermissionDenied("this key is not for an account of that name")
    reason = f"there is no account “{name}”" if name is not None else "say which"
    raise ValidationError({"account": f"{reason}; known: {', '.join(found) or 'none'}"})


def accepted(run: Run, context: Mapping[str, Any]) -> Response:
    """The answer to a start: the run is queued, and this is where to look."""
    told = RunSerializer(run, context=context).data
    return Response(told, status=202, headers={"Location": told["url"]})


def who(request: Request) -> str:
    """Who asks, by the name that stays on record."""
    return f"user {request.user}" if request.user.is_authenticated else f"key {request.auth}"
