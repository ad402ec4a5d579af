"""Who we know, and what passed between us."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contacts.birthdays import Birthday
from contacts.identities import Identity
from contacts.profile_urls import InvalidProfileUrl, canonical, from_slug, slug_of
from contacts.suppression import Erased, Suppression, SuppressionListUnreadable
from contacts.tags import Tag

__all__ = [
    "Contact", "ContactAlias", "Erased", "Interaction", "Suppression", "SuppressionListUnreadable", "Tag",
]  # fmt: skip

ON_THE_LIST = "on the list of those who said no"
SAME_PERSON = "the same person as somebody who was erased"
SHARES = "shares an address, a member id or an e-mail with somebody who is not to be contacted"


class ContactQuerySet(models.QuerySet["Contact"]):
    def of_account(self, account_id: int) -> "ContactQuerySet":
        """The people this account is connected with, each looked up by themselves, whoever is asked for first."""
        links = Contact.accounts.through.objects.filter(contact=OuterRef("pk"), account=account_id)
        return self.filter(Exists(links))

    def contactable(self) -> "ContactQuerySet":
        """Those whose status allows it; before anything is sent `why_not_contact` decides."""
        return self.filter(status=Contact.Status.ACTIVE)

    def identified_by(self, identity: Identity) -> "ContactQuerySet":
        """Those known by one of the addresses, an alias among them, or a member id. E-mails prove nothing."""
        # A union, because an OR over a subquery makes PostgreSQL read the whole table.
        by_address = Contact.objects.filter(profile_url__in=identity.addresses).values("pk")
        by_alias = ContactAlias.objects.filter(profile_url__in=identity.addresses).values("contact")
        by_id = Contact.objects.filter(~Q(member_id=""), member_id__in=identity.member_ids).values("pk")
        return self.filter(pk__in=by_address.union(by_alias, by_id))

    def recognise(self, profile_url: str, member_id: str = "") -> "list[Contact]":
        """Those known by this canonical address, an alias of it, or this member id: none, one, or a conflict."""
        return list(self.identified_by(Identity.of([profile_url], [member_id])).order_by("pk"))

    def sharing(self, identity: Identity) -> "ContactQuerySet":
        """Those identified by it, and whoever has an e-mail of it."""
        by_email = Q(email__in=identity.emails) & ~Q(email="")
        return self.filter(Q(pk__in=self.identified_by(identity).values("pk")) | by_email)

    def keep_out(self, identity: Identity) -> None:
        """Whoever was erased under one of these addresses or member ids stays out under all of them.

        A contact who is known under another one is never contacted again.
        """
        for contact in self.identified_by(identity):
            contact.do_not_contact(SAME_PERSON)
        Suppression.objects.put(identity.certain_keys, Suppression.Effect.ERASED)

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
    tags = models.ManyToManyField(
        Tag, related_name="contacts", blank=True, help_text="What you call groups of your contacts."
    )
    accounts = models.ManyToManyField(
        "engine.Account", related_name="contacts", blank=True, help_text="Whose connection this person is."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        permissions: ClassVar = [("merge_contact", "Can merge two contacts into one")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile_url"], name="contact_profile_url_uniq"),
            models.CheckConstraint(
                condition=Q(birth_month=None, birth_day=None)
                | Q(birth_month__gte=1, birth_month__lte=12, birth_day__gte=1, birth_day__lte=31),
                name="contact_birthday_is_a_day",
                violation_error_message=_("A birthday needs a month (1–12) and a day (1–31), or neither."),
            ),
        ]
        indexes: ClassVar = [
            # Ends in the id: the people of a day come out in their order, a page at a time, without a sort.
            models.Index(
                fields=["birth_month", "birth_day", "id"],
                name="contact_birthday_idx",
                condition=Q(birth_month__isnull=False),
            ),
            # The staff's list of a day's people, or of those without a birthday, in the order of their names.
            models.Index(fields=["birth_month", "birth_day", "name", "id"], name="contact_birthday_name_idx"),
            models.Index(fields=["status"], name="contact_status_idx"),
            # What the staff's list is read along: a page costs the same among ten thousand and a million.
            models.Index(fields=["name", "id"], name="contact_name_idx"),
            models.Index(fields=["status", "name", "id"], name="contact_status_name_idx"),
            models.Index(fields=["created_at"], name="contact_created_idx"),
            models.Index(fields=["email"], name="contact_email_idx", condition=~Q(email="")),
            models.Index(fields=["member_id"], name="contact_member_id_idx", condition=~Q(member_id="")),
        ]

    def __str__(self) -> str:
        return self.name or self.profile_url

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Heeds the list of those who said no, and puts their new addresses on it. Raises Erased, InvalidProfileUrl."""
        if update_fields is not None and not {"profile_url", "member_id", "email"} & {*update_fields}:
            super().save(*args, update_fields=update_fields, **kwargs)
            return
        self.profile_url = canonical(self.profile_url)
        if self.heed_the_list() and update_fields is not None:
            update_fields = {*update_fields, "status", "status_reason"}
        with transaction.atomic():
            super().save(*args, update_fields=update_fields, **kwargs)
            if self.status == self.Status.DO_NOT_CONTACT:
                Suppression.objects.put(self.identity.keys, Suppression.Effect.SILENCED)

    @property
    def birthday(self) -> Birthday | None:
        if self.birth_month is None or self.birth_day is None:
            return None
        return Birthday(self.birth_month, self.birth_day, self.birth_year)

    @property
    def addresses(self) -> list[str]:
        """The canonical address, then its aliases."""
        aliases = self.aliases.all() if self.pk else []
        return [self.profile_url, *(alias.profile_url for alias in aliases)]

    @property
    def slugs(self) -> frozenset[str]:
        """Every slug known to be theirs."""
        return frozenset(slug_of(address) for address in self.addresses)

    @property
    def identity(self) -> Identity:
        return Identity.of(self.addresses, [self.member_id], [self.email])

    def _check_member_id(self) -> None:
        """An address can be made of it, as whoever exports or erases this person will."""
        try:
            if self.member_id:
                from_slug(self.member_id)
        except InvalidProfileUrl as error:
            raise ValidationError({"member_id": str(error)}) from error

    def clean(self) -> None:
        """For forms: the address takes its canonical form, and whoever was erased is not entered again."""
        self._check_member_id()
        try:
            self.profile_url = canonical(self.profile_url)
            self.heed_the_list()
        except InvalidProfileUrl as error:
            raise ValidationError({"profile_url": str(error)}) from error
        except Erased as error:
            raise ValidationError(str(error)) from error

    def heed_the_list(self) -> bool:
        """Whether this person has to be silenced, which is then done, unsaved. Raises Erased.

        An e-mail alone, which two people may share, keeps nobody from being saved who is known already.
        """
        identity = self.identity
        effects = Suppression.objects.effects_on(identity.keys)
        erased = {key for key, effect in effects.items() if effect == Suppression.Effect.ERASED}
        if erased & identity.certain_keys or (erased and self._state.adding):
            raise Erased
        is_news = bool(effects) and self.status != self.Status.DO_NOT_CONTACT
        if is_news:
            self.status, self.status_reason = self.Status.DO_NOT_CONTACT, ON_THE_LIST
        return is_news

    def why_not_contact(self, *, lock: bool = False) -> str:
        """Why this person may not be contacted, as the database says now; empty when they may.

        With `lock`, inside a transaction: who says no from here on has to wait until it has ended.
        """
        people = Contact.objects.select_for_update() if lock else Contact.objects
        person = people.filter(pk=self.pk).first()
        if person is None:
            return "is no longer among the contacts"
        return why_not_contact([person])[person.pk]

    def rename(self, profile_url: str) -> None:
        """Take the new canonical address; the old one becomes an alias and still means this person."""
        ContactAlias.objects.get_or_create(profile_url=self.profile_url, defaults={"contact": self})
        ContactAlias.objects.filter(profile_url=profile_url).delete()
        self.profile_url = profile_url
        self.save(update_fields=["profile_url", "updated_at"])

    def do_not_contact(self, reason: str) -> bool:
        """Put this person on the list of those who are never contacted; False if they were on it.

        So is every other contact that shares an address, a member id or an e-mail with them.
        """
        with transaction.atomic():
            moved = _silence(Contact.objects.filter(pk=self.pk), reason)
            Suppression.objects.put(self.identity.keys, Suppression.Effect.SILENCED)
            _silence(Contact.objects.sharing(self.identity), SHARES)
        self.refresh_from_db()
        return bool(moved)

    def allow_contact(self) -> bool:
        """Take this person off that list again, by a person's decision; never somebody who was erased."""
        with transaction.atomic():
            Suppression.objects.lift(self.identity.keys, Suppression.Effect.SILENCED)
            stays = bool(Suppression.objects.effect_on(self.identity.keys))
            silenced = Contact.objects.filter(pk=self.pk, status=self.Status.DO_NOT_CONTACT)
            moved = 0 if stays else silenced.update(status=self.Status.ACTIVE, status_reason="")
        self.refresh_from_db()
        return bool(moved)


def why_not_contact(people: Iterable[Contact]) -> dict[int, str]:
    """The one predicate of who may be contacted: for each, as given, why not; empty when they may.

    Their status has to allow it, and nothing that identifies them may be on the list of those who said no.
    """
    reasons: dict[int, str] = {}
    keys: dict[int, frozenset[str]] = {}
    for person in people:
        reasons[person.pk] = _status_against(person)
        try:
            keys[person.pk] = person.identity.keys
        except InvalidProfileUrl as error:
            reasons[person.pk] = f"their address is no profile's: {error}"
    listed = Suppression.objects.effects_on(frozenset[str]().union(*keys.values())).keys()
    return {pk: reason or (ON_THE_LIST if keys[pk] & listed else "") for pk, reason in reasons.items()}


def _status_against(person: Contact) -> str:
    if person.status == Contact.Status.ACTIVE:
        return ""
    reason = f": {person.status_reason}" if person.status_reason else ""
    return f"{person.get_status_display()}{reason}"


def _silence(contacts: ContactQuerySet, reason: str) -> int:
    others = contacts.exclude(status=Contact.Status.DO_NOT_CONTACT)
    return others.update(status=Contact.Status.DO_NOT_CONTACT, status_reason=reason[:300])


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Another address of somebody who said no silences this contact too. Raises Erased, InvalidProfileUrl."""
        self.profile_url = canonical(self.profile_url)
        effect = self._effect()
        if effect == Suppression.Effect.ERASED:
            raise Erased
        super().save(*args, **kwargs)
        if effect:
            self.contact.do_not_contact(ON_THE_LIST)

    def clean(self) -> None:
        """For forms: the address takes its canonical form, and may not bring back whoever was erased."""
        try:
            self.profile_url = canonical(self.profile_url)
            effect = self._effect()
        except InvalidProfileUrl as error:
            raise ValidationError({"profile_url": str(error)}) from error
        if effect == Suppression.Effect.ERASED:
            raise ValidationError(str(Erased()))

    def _effect(self) -> str:
        return Suppression.objects.effect_on(Identity.of([self.profile_url]).keys)


class Interaction(models.Model):
    """What a contact experienced; written in the transaction that completes the action."""

    class Type(models.TextChoices):
        BIRTHDAY_SENT = "birthday_sent"
        PROFILE_VISIT = "profile_visit"
        INVITATION_WITHDRAWN = "invitation_withdrawn"
        REPLY = "reply"

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
