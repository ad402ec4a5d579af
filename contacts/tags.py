"""What a person calls groups of their contacts: short names such as `family`, each in one form."""

import re
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.text import slugify
from django.utils.translation import gettext as _

LONGEST_TAG = 50
# More than anybody sorts one contact into; what a file has beyond them is no list of tags.
MOST_TAGS = 20
_SEPARATORS = re.compile(r":::|[,;|\n]")
# The group of everybody in an address book of Google's.
_EVERYBODY = "mycontacts"


class InvalidTag(ValueError):  # noqa: N818 - it names what the text is
    """Nothing in the text can be a tag's name."""


def canonical_tag(text: str) -> str:
    """`Key Clients` is `key-clients`. Raises InvalidTag where neither a letter nor a digit is left."""
    name = slugify(text, allow_unicode=True)[:LONGEST_TAG].strip("-")
    if not any(character.isalnum() for character in name):
        raise InvalidTag(
            _("“%(text)s” is no tag: it needs a letter or a digit") % {"text": text[:LONGEST_TAG]}
        )
    return name


def tags_in(text: str) -> tuple[str, ...]:
    """The tags that a cell of a file lists, each once; what is none is passed over."""
    found: dict[str, None] = {}
    for part in _SEPARATORS.split(text):
        try:
            found[canonical_tag(part)] = None
        except InvalidTag:
            continue
    found.pop(_EVERYBODY, None)
    return tuple(found)[:MOST_TAGS]


class TagQuerySet(models.QuerySet["Tag"]):
    def named(self, names: Collection[str]) -> "dict[str, Tag]":
        """The tags of these canonical names, made where there are none yet."""
        self.bulk_create((Tag(name=name) for name in sorted(names)), ignore_conflicts=True)
        return {tag.name: tag for tag in self.filter(name__in=names)}

    def about(self, people: Iterable[models.Model]) -> "list[Tag]":
        """Those that nobody but these people has, and whose name says that of one of them."""
        pks = [person.pk for person in people]
        names = {slugify(getattr(person, "name", ""), allow_unicode=True) for person in people} - {""}
        others = Tag.contacts.through._default_manager.filter(tag=OuterRef("pk")).exclude(contact__in=pks)
        theirs = self.filter(~Exists(others), contacts__in=pks).distinct()
        return [tag for tag in theirs if any(f"-{name}-" in f"-{tag.name}-" for name in names)]


class Tag(models.Model):
    """One group of contacts, by its lower-case name."""

    name = models.CharField(max_length=LONGEST_TAG, help_text="Such as family; lower-case, without spaces.")

    objects: ClassVar = TagQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="tag_name_uniq")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In its one form. Raises InvalidTag."""
        self.name = canonical_tag(self.name)
        super().save(*args, **kwargs)

    def give(self, contact_ids: Iterable[int]) -> None:
        """To these contacts, however many, who may have it already."""
        link = Tag.contacts.through
        links = (link(contact_id=pk, tag_id=self.pk) for pk in contact_ids)
        link._default_manager.bulk_create(links, batch_size=500, ignore_conflicts=True)

    def clean(self) -> None:
        """For forms: the name takes its one form."""
        try:
            self.name = canonical_tag(self.name)
        except InvalidTag as error:
            raise ValidationError({"name": str(error)}) from error
