"""Criteria as the fields of a form: a word a line, in place of JSON."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from campaigns.criteria import (
    MOST_WEIGHT,
    MOST_YEARS,
    WEIGHTS,
    Criteria,
    Spoken,
    Word,
    check_criteria,
    read_criteria,
)
from campaigns.models import Campaign
from campaigns.seniority import LEVELS as SENIORITY

WORD = re.compile(r"(?P<word>.*?)(?:\s+=\s+(?P<synonyms>.*?))?(?:\s+[*×]\s*(?P<weight>\d{1,4}))?")
WEIGHT_FIELDS = {name: f"weight_{name}" for name in WEIGHTS}
CRITERIA_FIELDS = (
    "keywords", "min_years", "seniority", "certifications", "languages", "location", "open_to_work",
    *WEIGHT_FIELDS.values(),
)  # fmt: skip
# Where a refusal of the criteria stands in the form.
FIELDS = {
    "experience.min_years": "min_years",
    "experience.seniority": "seniority",
    "weights": "weight_keywords",
}


def _lines(help_text: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    return forms.CharField(required=False, widget=widget, help_text=help_text)


def _number(highest: int, **more: Any) -> forms.IntegerField:
    widget = UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(required=False, min_value=0, max_value=highest, widget=widget, **more)


class CampaignForm(forms.ModelForm[Campaign]):
    """A campaign whose criteria are read from, and written to, fields of their own."""

    keywords = _lines(_("One a line; synonyms and a weight may follow: landscape = landscaping, gardens * 3"))
    min_years = _number(MOST_YEARS, label=_("Years of experience"), help_text=_("At least; 0: any."))
    seniority = forms.MultipleChoiceField(
        required=False,
        choices=[(level, level) for level in SENIORITY],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    open_to_work = forms.BooleanField(
        required=False, initial=True, widget=UnfoldBooleanSwitchWidget, help_text=_("Counts in their favour.")
    )
    certifications = _lines(_("One a line, written as the keywords are."))
    languages = _lines(_("One a line, with the level at least where it matters: French: professional"))
    location = _lines(_("Places, one a line."))
    weight_keywords = _number(MOST_WEIGHT, label=_("Keywords"))
    weight_experience = _number(MOST_WEIGHT, label=_("Experience"))
    weight_open_to_work = _number(MOST_WEIGHT, label=_("Open to work"))
    weight_certifications = _number(MOST_WEIGHT, label=_("Certifications"))
    weight_languages = _number(MOST_WEIGHT, label=_("Languages"))
    weight_location = _number(MOST_WEIGHT, label=_("Location"))

    class Meta:
        model = Campaign
        fields = (
            "name", "kind", "account", "is_active", "schedule", "needs_approval", "sends_late", "late_days",
            "reply_guard_days", "search_url", "reads_details", "withdraw_after_days", "keep_list",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_sourcing:
            self.initial.update(told_of(self.instance.criteria))
            return
        for name in CRITERIA_FIELDS:
            del self.fields[name]

    @property
    def is_sourcing(self) -> bool:
        """Whether there are criteria to fill in; of a new campaign only its kind is asked first."""
        return self.instance.pk is not None and self.instance.kind == Campaign.Kind.SOURCING

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_sourcing:
            self._take(criteria_of(cleaned))
        return cleaned

    def _take(self, criteria: dict[str, Any]) -> None:
        try:
            check_criteria(criteria)
        except ValidationError as error:
            for refusal in error.messages:
                self.add_error(_field_of(refusal), refusal)
        else:
            self.instance.criteria = criteria


def told_of(values: Any) -> dict[str, Any]:
    """What the form's fields show of stored criteria."""
    try:
        criteria = read_criteria(values)
    except ValidationError:
        criteria = Criteria()
    weights = values.get("weights", {}) if isinstance(values, Mapping) else {}
    return {
        "keywords": "\n".join(map(_word_line, criteria.keywords)),
        "min_years": criteria.min_years,
        "seniority": list(criteria.seniority),
        "open_to_work": criteria.open_to_work,
        "certifications": "\n".join(map(_word_line, criteria.certifications)),
        "languages": "\n".join(map(_spoken_line, criteria.languages)),
        "location": "\n".join(criteria.location),
        **{field: weights.get(name, WEIGHTS[name]) for name, field in WEIGHT_FIELDS.items()},
    }


def criteria_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of what the fields say; what is not asked for is left out, so an empty form is {}."""
    work = {"min_years": cleaned.get("min_years"), "seniority": cleaned.get("seniority")}
    given = {name: cleaned.get(field) for name, field in WEIGHT_FIELDS.items()}
    weights = {name: value for name, value in given.items() if value is not None}
    found = {
        "keywords": [_word(line) for line in _each_line(cleaned, "keywords")],
        "experience": {name: value for name, value in work.items() if value},
        "certifications": [_word(line) for line in _each_line(cleaned, "certifications")],
        "languages": [_spoken(line) for line in _each_line(cleaned, "languages")],
        "location": list(_each_line(cleaned, "location")),
        "weights": {} if {**WEIGHTS, **weights} == WEIGHTS else weights,
    }
    told = {name: value for name, value in found.items() if value}
    return told if cleaned.get("open_to_work", True) else {**told, "open_to_work": False}


def _each_line(cleaned: Mapping[str, Any], name: str) -> Iterable[str]:
    return (line.strip() for line in (cleaned.get(name) or "").splitlines() if line.strip())


def _word(line: str) -> str | dict[str, Any]:
    found = WORD.fullmatch(line)
    if found is None or not (found["synonyms"] or found["weight"]):
        return line
    synonyms = [name.strip() for name in (found["synonyms"] or "").split(",") if name.strip()]
    weight = {"weight": int(found["weight"])} if found["weight"] else {}
    return {"word": found["word"], **({"synonyms": synonyms} if synonyms else {}), **weight}


def _word_line(word: Word) -> str:
    synonyms = f" = {', '.join(word.synonyms)}" if word.synonyms else ""
    return f"{word.word}{synonyms}" + (f" * {word.weight}" if word.weight != 1 else "")


def _spoken(line: str) -> str | dict[str, str]:
    name, colon, level = line.partition(":")
    return {"name": name.strip(), "level": level.strip().lower()} if colon else line


def _spoken_line(spoken: Spoken) -> str:
    return f"{spoken.name}: {spoken.level}" if spoken.level else spoken.name


def _field_of(refusal: str) -> str:
    """The field that a refusal such as “keywords[2].weight: …” is about."""
    place = refusal.split(":", 1)[0].split("[", 1)[0]
    return FIELDS.get(place) or FIELDS.get(place.split(".", 1)[0]) or place.split(".", 1)[0]
