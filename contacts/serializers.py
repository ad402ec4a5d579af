"""Contacts and interactions as programs see them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contacts.models import Contact, Interaction


class BirthdaySerializer(serializers.Serializer[Any]):
    month = serializers.IntegerField(min_value=1, max_value=12)
    day = serializers.IntegerField(min_value=1, max_value=31)
    year = serializers.IntegerField(allow_null=True)


class ContactSerializer(serializers.ModelSerializer[Contact]):
    birthday = serializers.SerializerMethodField()
    score = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="The best fit that a search's campaign gave them."
    )
    tags = serializers.SerializerMethodField()
    accounts = serializers.SerializerMethodField(help_text="Whose connection they are.")

    class Meta:
        model = Contact
        fields: ClassVar[Any] = [
            "id", "profile_url", "name", "first_name", "email", "company", "position", "language", "connected_on",
            "birthday", "status", "status_reason", "score", "tags", "accounts", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(BirthdaySerializer(allow_null=True))
    def get_birthday(self, contact: Contact) -> dict[str, int | None] | None:
        born = contact.birthday
        return {"month": born.month, "day": born.day, "year": born.year} if born else None

    def get_tags(self, contact: Contact) -> list[str]:
        return [tag.name for tag in contact.tags.all()]

    def get_accounts(self, contact: Contact) -> list[str]:
        return [account.name for account in contact.accounts.all()]


class ContactDetailSerializer(ContactSerializer):
    aliases = serializers.SerializerMethodField(help_text="Other addresses of theirs.")

    class Meta(ContactSerializer.Meta):
        fields: ClassVar[Any] = [*ContactSerializer.Meta.fields, "member_id", "aliases"]
        read_only_fields = fields

    def get_aliases(self, contact: Contact) -> list[str]:
        return [alias.profile_url for alias in contact.aliases.all()]


class InteractionSerializer(serializers.ModelSerializer[Interaction]):
    account: Any = serializers.SlugRelatedField(slug_field="name", read_only=True)
    payload = serializers.DictField(help_text="Such as the occasion and the exact text.")

    class Meta:
        model = Interaction
        fields: ClassVar[Any] = ["id", "contact", "account", "type", "status", "happened_at", "payload"]
        read_only_fields = fields
