"""What a template would say to somebody, what is wrong with it, and which others say nearly the same."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.kinds.wishes import wish_values
from campaigns.models import MessageTemplate
from campaigns.templates import MAX_TEXT_LENGTH
from contacts import search
from contacts.models import Contact

# Two texts of which so much is the same read as one to whoever gets both.
NEARLY_THE_SAME = 0.85
# A person who gets one of two texts each year has the same one again before long.
FEW_TEMPLATES = 3
MOST_TEMPLATES = 100
SAMPLE_DAYS_LATE = 3
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Sample:
    """A text as one person would read it."""

    title: str
    text: str


@dataclass(frozen=True)
class Preview:
    contact: Contact | None
    no_name: bool
    errors: list[str]
    samples: list[Sample]  # of the template itself
    others: list[tuple[str, list[Sample]]]  # what else the person may get, by language and occasion
    warnings: list[str]
    length: int
    most: int = MAX_TEXT_LENGTH


def preview(draft: MessageTemplate, asked_for: str) -> Preview:
    """Of a template that need not be saved, nor be right; for the person who is asked for, or any."""
    contact = person(asked_for)
    errors = errors_of(draft) if draft.text else []  # a form that nobody has filled in yet is not wrong
    known = list(MessageTemplate.objects.filter(is_active=True).order_by("language", "purpose", "pk"))
    known = [template for template in known[:MOST_TEMPLATES] if template.pk != draft.pk]
    has_name = contact is not None and wish_values(contact, 0) is not None
    return Preview(
        contact=contact,
        no_name=contact is not None and not has_name,
        errors=errors,
        samples=samples_of(draft, contact) if contact and has_name and draft.text and not errors else [],
        others=_others(known, contact) if contact and has_name else [],
        warnings=_warnings(draft, known) if draft.text.strip() else [],
        length=len(draft.text),
    )


def person(asked_for: str) -> Contact | None:
    """Whose name or work begins with these words; nobody asked for: the first one with a birthday."""
    if asked_for.strip():
        return Contact.objects.filter(pk__in=search.found(asked_for)).order_by("name", "pk").first()
    return (
        Contact.objects.filter(birth_month__isnull=False).order_by("birth_month", "birth_day", "pk").first()
    )


def errors_of(draft: MessageTemplate) -> list[str]:
    """Everything that would keep it from being saved, but its name; the text says itself what is wrong with it."""
    try:
        draft.full_clean(exclude=["name"], validate_unique=False)
    except ValidationError as error:
        return [
            told if name in ("text", NON_FIELD_ERRORS) else f"{_label(name)}: {told}"
            for name, all_told in error.message_dict.items()
            for told in all_told
        ]
    return []


def _label(name: str) -> str:
    return capfirst(str(getattr(MessageTemplate._meta.get_field(name), "verbose_name", name)))


def samples_of(template: MessageTemplate, contact: Contact) -> list[Sample]:
    """On the day, or one and some days late, as the template is meant."""
    is_late = template.purpose == MessageTemplate.Purpose.BIRTHDAY_LATE
    return [_sample(template, contact, late) for late in ((1, SAMPLE_DAYS_LATE) if is_late else (0,))]


def _sample(template: MessageTemplate, contact: Contact, late: int) -> Sample:
    late_by = ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
    text = template.render(wish_values(contact, late) or {})
    return Sample(late_by if late else _("On the day"), text)


def _others(known: list[MessageTemplate], contact: Contact) -> list[tuple[str, list[Sample]]]:
    groups: dict[str, list[Sample]] = {}
    for template in known:
        title = f"{template.language} · {template.get_purpose_display()}"
        text = samples_of(template, contact)[-1].text
        groups.setdefault(title, []).append(Sample(template.name, text))
    return list(groups.items())


def _warnings(draft: MessageTemplate, known: list[MessageTemplate]) -> list[str]:
    rivals = [one for one in known if (one.purpose, one.language) == (draft.purpose, draft.language)]
    told = [
        _("Nearly the same as “%(name)s”: whoever had that one has read this one.") % {"name": rival.name}
        for rival in rivals
        if likeness(draft.text, rival.text) >= NEARLY_THE_SAME
    ]
    count = len(rivals) + 1
    if count < FEW_TEMPLATES:
        few = ngettext(
            "With this one there is %(count)d active template of its kind and language: nobody gets the same text "
            "twice within two years, so some would get none.",
            "With this one there are %(count)d active templates of their kind and language: nobody gets the same "
            "text twice within two years, so some would get none.",
            count,
        )
        told.append(few % {"count": count})
    return told


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of the words is the same, whatever the punctuation and the case."""
    words, other_words = (_NO_WORD.split(text.casefold())[:400] for text in (one, other))
    return SequenceMatcher(None, words, other_words, autojunk=False).ratio()
