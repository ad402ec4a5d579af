"""What the engine keeps: the account, its session, what was spent, what is running, what selectors are worth."""

from datetime import datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is no IANA time zone, such as Europe/Paris"), params={"name": name})


def _limit(default: int, hard_cap: int) -> "models.PositiveSmallIntegerField[int, int]":
    """A quota: lowered at will, raised only up to the hard cap, never switched off upwards."""
    return models.PositiveSmallIntegerField(
        default=default, validators=[MaxValueValidator(hard_cap)], help_text=f"At most {hard_cap}."
    )


class Account(models.Model):
    """One person's own account on the network."""

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"

    name = models.SlugField(unique=True, help_text="What you call it, in commands and here.")
    profile_url = models.URLField(blank=True, help_text="The address of the account's own profile.")
    language = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{2}$")],
        help_text="The language of the wishes, two letters; empty: the language of the network's pages.",
    )
    time_zone = models.CharField(max_length=64, default="Europe/Paris", validators=[check_time_zone])
    hours_start = models.TimeField(
        default=time(7), help_text="Nothing is sent before, in the account's zone."
    )
    hours_end = models.TimeField(default=time(19), help_text="Nothing is sent from this time on.")

    messages_per_run = _limit(15, 50)
    messages_per_day = _limit(15, 50)
    messages_per_week = _limit(100, 200)
    pause_min_seconds = models.PositiveSmallIntegerField(default=90, validators=[MinValueValidator(30)])
    pause_max_seconds = models.PositiveSmallIntegerField(default=180, validators=[MinValueValidator(30)])

    visits_per_run = _limit(15, 30)
    visits_per_day = _limit(40, 80)
    visit_pause_min_seconds = models.PositiveSmallIntegerField(default=8, validators=[MinValueValidator(5)])
    visit_pause_max_seconds = models.PositiveSmallIntegerField(default=20, validators=[MinValueValidator(5)])

    withdrawals_per_run = _limit(30, 50)
    withdrawals_per_day = _limit(30, 50)

    gentle_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(7), MaxValueValidator(90)],
        help_text="So many days a new account's limits take from 20 % to 100 %.",
    )
    gentle_since = models.DateTimeField(
        null=True, blank=True, help_text="When the gentle start began: with the first permit."
    )

    keeps_profile = models.BooleanField(
        default=False,
        help_text="Keep the browser's profile between runs, as real sessions prefer. It then holds the session, "
        "unencrypted, in a folder of this installation's data that only its owner can open.",
    )

    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    paused_reason = models.CharField(max_length=500, blank=True)
    paused_advice = models.CharField(max_length=500, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    terms_acknowledged_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person said they know the network forbids automation."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pause_min_seconds__lte=F("pause_max_seconds")),
                name="account_pause_min_at_most_max",
                violation_error_message=_("The shortest pause is longer than the longest."),
            ),
            models.CheckConstraint(
                condition=Q(visit_pause_min_seconds__lte=F("visit_pause_max_seconds")),
                name="account_visit_pause_min_at_most_max",
                violation_error_message=_("The shortest pause between visits is longer than the longest."),
            ),
            models.CheckConstraint(
                condition=Q(hours_start__lt=F("hours_end")),
                name="account_hours_in_order",
                violation_error_message=_("The working hours end before they start."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def pause(self, reason: str, advice: str, now: datetime) -> bool:
        """Stop everything on this account until a person resumes it; False if it was paused already."""
        moved = Account.objects.filter(pk=self.pk, state=self.State.ACTIVE).update(
            state=self.State.PAUSED, paused_reason=reason[:500], paused_advice=advice[:500], paused_at=now
        )
        self.refresh_from_db()
        return bool(moved)

    def resume(self) -> bool:
        """Let the account run again: only ever a person's decision."""
        moved = Account.objects.filter(pk=self.pk, state=self.State.PAUSED).update(
            state=self.State.ACTIVE, paused_reason="", paused_advice="", paused_at=None
        )
        self.refresh_from_db()
        return bool(moved)

    def learn_language(self, language: str | None) -> None:
        """Take the language of the network's pages where the person named none."""
        if language and not self.language:
            Account.objects.filter(pk=self.pk, language="").update(language=language[:2])
            self.language = language[:2]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class StoredSession(models.Model):
    """The signed-in session of an account: the domain's cookies as JSON, encrypted with the newest key."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="session")
    ciphertext = models.BinaryField()
    expires_at = models.DateTimeField(null=True, blank=True)
    browser_version = models.CharField(max_length=50, blank=True)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session of {self.account}"


class BrowserProcess(models.Model):
    """A driver and browser that were started for an account, recorded so that no orphan is left to act."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="browsers")
    host = models.CharField(max_length=100)
    group_id = models.PositiveIntegerField(help_text="The process group of driver and browser.")
    leader_started = models.FloatField(help_text="Start of the group's leader, seconds since the epoch.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "ended_at"], name="browser_account_ended_idx")]
        verbose_name_plural = "browser processes"

    def __str__(self) -> str:
        return f"browser group {self.group_id} on {self.host}"


class Snapshot(models.Model):
    """A page that was not as expected: its text and its picture, without secrets, kept for some days."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="snapshots")
    address = models.CharField(max_length=500, blank=True, help_text="Of the page, without its query.")
    page_kind = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=500)
    selector_key = models.CharField(max_length=100, blank=True)
    html_path = models.CharField(max_length=200, blank=True)
    image_path = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["taken_at"], name="snapshot_taken_idx")]

    def __str__(self) -> str:
        return f"{self.reason} at {self.taken_at:%Y-%m-%d %H:%M:%S}"


class LinkedInSelector(models.Model):
    """One way to find one element, how often it did, and where it was proposed: by whom it was accepted."""

    class Origin(models.TextChoices):
        DEFAULT = "default", "from the selector file"
        PROPOSED = "proposed", "proposed by heuristics"

    class State(models.TextChoices):
        ACTIVE = "active"
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    key = models.CharField(max_length=100, help_text="page.element")
    kind = models.CharField(max_length=20, default="css")
    value = models.CharField(max_length=500)
    name = models.CharField(
        max_length=100, blank=True, help_text="The accessible name that is accepted along with it."
    )
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.DEFAULT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    evidence = models.JSONField(default=dict, blank=True)
    score = models.FloatField(default=0, help_text="Wilson lower bound of its successes, 95 %.")
    successes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["last_success_at"], name="selector_last_success_idx")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "kind", "value"], name="selector_key_kind_value_uniq"),
            models.CheckConstraint(
                condition=Q(origin="default", state="active")
                | Q(origin="proposed", state__in=["proposed", "accepted", "refused"]),
                name="selector_proposed_is_never_active",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "proposed"], decided_at=None)
                | Q(state__in=["accepted", "refused"], decided_at__isnull=False),
                name="selector_decided_by_a_person",
            ),
        ]
        verbose_name = "LinkedIn selector"

    def __str__(self) -> str:
        return f"{self.key}: {self.kind} {self.value}"

    def accept(self, by: str, now: datetime) -> bool:
        """Let it act like a candidate of the file: only ever a person's decision. False if it was no proposal."""
        return self._decide(self.State.ACCEPTED, by, now)

    def refuse(self, by: str, now: datetime) -> bool:
        """Never use nor propose it again, even where it was accepted before."""
        return self._decide(self.State.REFUSED, by, now)

    def _decide(self, state: "LinkedInSelector.State", by: str, now: datetime) -> bool:
        open_to_it = LinkedInSelector.objects.filter(pk=self.pk, origin=self.Origin.PROPOSED)
        moved = open_to_it.exclude(state=state).update(state=state, decided_by=by[:150], decided_at=now)
        self.refresh_from_db()
        return bool(moved)


class SelectorDay(models.Model):
    """How often a selector was found on one day (UTC): see engine/selectors/days.py, which writes and purges it."""

    selector = models.ForeignKey(LinkedInSelector, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    successes = models.PositiveIntegerField()
    failures = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["selector", "day"], name="selector_day_uniq")
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="selector_day_idx")]

    def __str__(self) -> str:
        return f"{self.selector_id} on {self.day}"


class Measure(models.Model):
    """What all runs met, added up, for whoever scrapes: see engine/measures.py."""

    kind = models.CharField(max_length=20, help_text="page, layout, step or breaker.")
    label = models.CharField(max_length=100)
    bucket = models.CharField(max_length=10, blank=True, help_text="Of a step's seconds: its upper end.")
    count = models.BigIntegerField()
    seconds = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "label", "bucket"], name="measure_uniq")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class SpentPermit(models.Model):
    """One unit of quota, reserved before acting; it counts unless it was given back."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="permits")
    bucket = models.CharField(max_length=20)
    attempt_id = models.UUIDField(unique=True)
    run_id = models.BigIntegerField(null=True, blank=True, help_text="Empty: a person did it by hand.")
    taken_at = models.DateTimeField()
    spacing_seconds = models.FloatField(help_text="How long the next permit has to wait after this one.")
    given_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["account", "taken_at"], name="permit_taken_idx", condition=Q(given_back_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.bucket} permit of {self.account} at {self.taken_at:%Y-%m-%d %H:%M:%S}"
