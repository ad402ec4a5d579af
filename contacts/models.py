"""Who we know, and what passed between us."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from contacts.birthdays import Birthday
from contacts.profile_urls import slug_of


class ContactQuerySet(models.QuerySet["Contact"]):
    def of_account(self, account_id: int) -> "ContactQuerySet":
        """The people this account is connected with."""
        return self.filter(accounts=account_id)

    def contactable(self) -> "ContactQuerySet":
        """The one predicate of who may be contacted; whoever is not in here never is."""
        return self.filter(status=Contact.Status.ACTIVE)

    def recognise(self, profile_url: str, member_id: str = "") -> "list[Contact]":
        """Those known by this canonical address, an alias of it, or this member id: none, one, or a conflict."""
        known = Q(profile_url=profile_url) | Q(aliases__profile_url=profile_url)
        if member_id:
            known |= Q(member_id=member_id)
        return list(self.filter(known).distinct())

    def born_on(self, days: "list[tuple[int, int]]") -> "ContactQuerySet":
        """Those whose birthday is one of the given (month, day) pairs."""
        wanted = Q(pk__in=[])
        for month, day in days:
            wanted |= Q(birth_month=month, birth_day=day)
        return self.filter(wanted)


class Contact(models.Model):
    """Somebody we know, identified by the canonical profile address, never by name."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        DO_NOT_CONTACT = "do_not_contact"
        GONE = "gone"

    class BirthdaySource(models.TextChoices):
        IMPORTED = "imported"
        NETWORK = "network"

    profile_url = models.CharField(max_length=300, help_text="The canonical address of the profile.")
    member_id = models.CharField(max_length=100, blank=True, help_text="The network's own id, ACoA…")
    name = models.CharField(max_length=300)
    first_name = models.CharField(max_length=150, blank=True)
    email = models.CharField(max_length=254, blank=True)
    company = models.CharField(max_length=300, blank=True)
    position = models.CharField(max_length=300, blank=True)
    connected_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=2, blank=True, help_text="Of the wishes; empty: the account's.")
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birthday_source = models.CharField(max_length=10, choices=BirthdaySource.choices, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    status_reason = models.CharField(max_length=300, blank=True)
    notes = models.TextField(blank=True)
    accounts = models.ManyToManyField(
        "engine.Account", related_name="contacts", blank=True, help_text="Whose connection this person is."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile_url"], name="contact_profile_url_uniq"),
            models.CheckConstraint(
                condition=Q(birth_month=None, birth_day=None)
                | Q(birth_month__gte=1, birth_month__lte=12, birth_day__gte=1, birth_day__lte=31),
                name="contact_birthday_is_a_day",
                violation_error_message="A birthday needs a month (1–12) and a day (1–31), or neither.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["birth_month", "birth_day"], name="contact_birthday_idx"),
            models.Index(fields=["status"], name="contact_status_idx"),
            models.Index(fields=["created_at"], name="contact_created_idx"),
            models.Index(fields=["email"], name="contact_email_idx", condition=~Q(email="")),
            models.Index(fields=["member_id"], name="contact_member_id_idx", condition=~Q(member_id="")),
        ]

    def __str__(self) -> str:
        return self.name or self.profile_url

    @property
    def birthday(self) -> Birthday | None:
        if self.birth_month is None or self.birth_day is None:
            return None
        return Birthday(self.birth_month, self.birth_day, self.birth_year)

    @property
    def slugs(self) -> frozenset[str]:
        """Every slug known to be theirs."""
        addresses = [self.profile_url, *(alias.profile_url for alias in self.aliases.all())]
        return frozenset(slug_of(address) for address in addresses)

    def rename(self, profile_url: str) -> None:
        """Take the new canonical address; the old one becomes an alias and still means this person."""
        ContactAlias.objects.get_or_create(profile_url=self.profile_url, defaults={"contact": self})
        ContactAlias.objects.filter(profile_url=profile_url).delete()
        self.profile_url = profile_url
        self.save(update_fields=["profile_url", "updated_at"])

    def do_not_contact(self, reason: str) -> bool:
        """Put this person on the list of those who are never contacted; False if they were on it."""
        moved = (
            Contact.objects.filter(pk=self.pk)
            .exclude(status=self.Status.DO_NOT_CONTACT)
            .update(status=self.Status.DO_NOT_CONTACT, status_reason=reason[:300])
        )
        self.refresh_from_db()
        return bool(moved)

    def allow_contact(self) -> bool:
        """Take this person off that list again, by a person's decision."""
        moved = Contact.objects.filter(pk=self.pk, status=self.Status.DO_NOT_CONTACT).update(
            status=self.Status.ACTIVE, status_reason=""
        )
        self.refresh_from_db()
        return bool(moved)


class ContactAlias(models.Model):
    """Another address of a contact: an old slug's canonical address."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="aliases")
    profile_url = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile_url"], name="alias_profile_url_uniq")
        ]
        verbose_name_plural = "contact aliases"

    def __str__(self) -> str:
        return self.profile_url


class Interaction(models.Model):
    """What a contact experienced; written in the transaction that completes the action."""

    class Type(models.TextChoices):
        BIRTHDAY_SENT = "birthday_sent"
        PROFILE_VISIT = "profile_visit"
        INVITATION_WITHDRAWN = "invitation_withdrawn"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="interactions")
    account = models.ForeignKey("engine.Account", on_delete=models.PROTECT, related_name="interactions")
    type = models.CharField(max_length=30, choices=Type.choices)
    status = models.CharField(max_length=20, default="done")
    happened_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    source_key = models.CharField(
        max_length=100, help_text="What it was recorded from, such as action:17; nothing is recorded twice."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source_key"], name="interaction_source_uniq")
        ]
        indexes: ClassVar = [
            models.Index(fields=["contact", "type"], name="interaction_contact_type_idx"),
            models.Index(fields=["happened_at"], name="interaction_happened_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.contact} {self.happened_at:%Y-%m-%d}"
