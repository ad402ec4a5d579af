"""Campaigns, runs and actions as programs see them."""

from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import report
from campaigns.models import Action, Campaign, Run
from campaigns.progress import progress_of
from campaigns.refusals import address_of
from campaigns.rescoring import outdated_scores


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    account: Any = serializers.SlugRelatedField(slug_field="name", read_only=True)
    criteria = serializers.DictField(read_only=True)

    class Meta:
        model = Campaign
        fields: ClassVar[Any] = [
            "id", "name", "kind", "account", "is_active", "needs_approval", "sends_late", "late_days",
            "reply_guard_days", "search_url", "reads_details", "criteria", "withdraw_after_days", "keep_list",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class CampaignDetailSerializer(CampaignSerializer):
    outdated_scores = serializers.SerializerMethodField(
        help_text="How many people's scores are of other criteria than these: rescore."
    )

    class Meta(CampaignSerializer.Meta):
        fields: ClassVar[Any] = [*CampaignSerializer.Meta.fields, "outdated_scores"]
        read_only_fields = fields

    def get_outdated_scores(self, campaign: Campaign) -> int:
        return outdated_scores(campaign)


class RescoredSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were scored again; 1,000 at most.")
    changed = serializers.IntegerField()
    up = serializers.IntegerField()
    down = serializers.IntegerField()
    left = serializers.IntegerField(help_text="How many still have scores of other criteria: ask again.")


class RunSerializer(serializers.ModelSerializer[Run]):
    """Names nobody, so that the answer to a start may be kept."""

    url = serializers.SerializerMethodField()
    campaign_name = serializers.CharField(source="campaign.name", read_only=True)
    kind = serializers.ChoiceField(source="campaign.kind", choices=Campaign.Kind.choices, read_only=True)
    account: Any = serializers.SlugRelatedField(slug_field="name", read_only=True)
    outcome = serializers.ChoiceField(
        choices=Run.Outcome.choices, allow_blank=True, read_only=True, help_text="Empty: it has not ended."
    )
    started_at = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields: ClassVar[Any] = [
            "id", "url", "campaign", "campaign_name", "kind", "account", "status", "outcome", "reason", "is_dry_run",
            "requested_by", "queued_at", "starts_at", "expires_at", "started_at", "heartbeat_at",
            "stop_requested_at", "ended_at", "step", "next_action_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_url(self, run: Run) -> str:
        return address_of(run, self.context["request"])

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_started_at(self, run: Run) -> datetime | None:
        return None if run.status == Run.Status.QUEUED else run.started_at


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a run is; also the data of each event of its stream."""

    run = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Run.Status.choices)
    outcome = serializers.ChoiceField(choices=Run.Outcome.choices, allow_blank=True)
    reason = serializers.CharField()
    planned = serializers.IntegerField(help_text="How many actions it found to do.")
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="In doubt.")
    left = serializers.IntegerField(help_text="What its campaign has still planned.")
    step = serializers.CharField()
    next_action_at = serializers.DateTimeField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)


class ReportedActionSerializer(serializers.Serializer[Any]):
    contact = serializers.CharField(help_text="The address of their profile.")
    name = serializers.CharField()
    occasion = serializers.CharField()
    status = serializers.CharField()
    text = serializers.CharField()
    reason = serializers.CharField()


class RunDetailSerializer(RunSerializer):
    progress = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField(
        help_text="Every one with its reason; of a dry run: the plan."
    )
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(RunSerializer.Meta):
        fields: ClassVar[Any] = [*RunSerializer.Meta.fields, "progress", "actions", "notes"]
        read_only_fields = fields

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, run: Run) -> dict[str, Any]:
        return dict(ProgressSerializer(progress_of(run)).data)

    @extend_schema_field(ReportedActionSerializer(many=True))
    def get_actions(self, run: Run) -> list[dict[str, str]]:
        if run.is_dry_run:
            plan: list[dict[str, str]] = run.plan
            return plan
        actions: list[dict[str, str]] = report.of_run(run)["actions"]
        return actions


class ActionSerializer(serializers.ModelSerializer[Action]):
    contact_name = serializers.CharField(source="contact.name", read_only=True)
    profile_url = serializers.CharField(source="contact.profile_url", read_only=True)
    text_sha256 = serializers.CharField(
        read_only=True, help_text="Of this text for this person: to approve it."
    )
    needs_approval = serializers.BooleanField(read_only=True)
    is_approved = serializers.BooleanField(read_only=True)

    class Meta:
        model = Action
        fields: ClassVar[Any] = [
            "id", "campaign", "run", "contact", "contact_name", "profile_url", "occasion", "due_on", "expires_on",
            "status", "reason", "held", "text", "text_sha256", "needs_approval", "is_approved", "approved_at",
            "created_at", "claimed_at", "sending_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields


class ApprovedSerializer(serializers.ModelSerializer[Action]):
    """Names nobody, so that the answer may be kept."""

    is_approved = serializers.BooleanField(read_only=True)

    class Meta:
        model = Action
        fields: ClassVar[Any] = ["id", "status", "is_approved", "approved_at"]
        read_only_fields = fields


class DoubtSerializer(ActionSerializer):
    account: Any = serializers.SlugRelatedField(slug_field="name", read_only=True)
    evidence = serializers.DictField(read_only=True, help_text="What was seen: page, recipient, proof.")

    class Meta(ActionSerializer.Meta):
        fields: ClassVar[Any] = [*ActionSerializer.Meta.fields, "account", "evidence"]
        read_only_fields = fields


class SettledSerializer(serializers.ModelSerializer[Action]):
    """Names nobody, so that the answer may be kept."""

    class Meta:
        model = Action
        fields: ClassVar[Any] = ["id", "status", "ended_at"]
        read_only_fields = fields


class AccountStatusSerializer(serializers.Serializer[Any]):
    account = serializers.CharField()
    state = serializers.CharField()
    paused_reason = serializers.CharField()
    paused_advice = serializers.CharField()
    active_run = RunSerializer(allow_null=True)
    last_run = RunSerializer(allow_null=True)
    planned = serializers.IntegerField()
    waiting_for_approval = serializers.IntegerField()
    in_doubt = serializers.IntegerField()


class StatusSerializer(serializers.Serializer[Any]):
    workers = serializers.IntegerField(help_text="How many gave a sign of life lately.")
    accounts = AccountStatusSerializer(many=True)


class MovedSerializer(serializers.Serializer[Any]):
    moved = serializers.IntegerField(help_text="How many contacts, or entries of the list, that changed.")


class ErasureSerializer(serializers.Serializer[Any]):
    is_erased = serializers.BooleanField(help_text="False: it was a dry run.")
    counts = serializers.DictField(child=serializers.IntegerField())
