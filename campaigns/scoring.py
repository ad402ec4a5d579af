"""The fit score: 0 to 100, the sum of six parts, each with the words of the profile that earned it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from campaigns.criteria import Criteria, Spoken, Word
from campaigns.experience_years import in_words, length, months_of
from campaigns.passages import Reading
from campaigns.seniority import quote_of_level
from campaigns.spoken_languages import LEVELS, is_spoken, level_of
from campaigns.words import Passage, find, quote_of, words_in

# Of the experience, where both are asked for: years earn three quarters, seniority one.
YEARS_SHARE = Fraction(3, 4)
NOT_ASKED = "the criteria ask for none"
OPEN_WORDS = (
    "open to work", "opentowork", "open to new opportunities", "open to opportunities",
    "looking for new opportunities", "seeking new opportunities", "looking for a job", "actively looking",
    "job seeker", "available immediately", "immediately available", "en recherche d'emploi",
    "en recherche active", "a la recherche d'un emploi", "a la recherche d'opportunites",
    "a la recherche de nouvelles opportunites", "a l'ecoute d'opportunites", "a l'ecoute de nouvelles opportunites",
    "a l'ecoute du marche", "ouvert aux opportunites", "ouverte aux opportunites",
    "ouvert a de nouvelles opportunites", "ouverte a de nouvelles opportunites", "disponible immediatement",
)  # fmt: skip
NEGATIONS = {"not", "no", "longer", "isn't", "never", "pas", "plus", "non"}


@dataclass(frozen=True)
class Quote:
    """The profile's own words, and where in it they stand."""

    where: str
    text: str


@dataclass(frozen=True)
class Part:
    """One part of a score: its points of so many, the evidence, and the reason in words."""

    name: str
    points: int
    max: int
    evidence: Sequence[Quote]
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "evidence": [asdict(quote) for quote in self.evidence]}


@dataclass(frozen=True)
class Score:
    """All parts, in their fixed order."""

    parts: Sequence[Part]

    @property
    def total(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Finding:
    """What one part found: a share from 0 to 1 of what was asked for."""

    share: Fraction
    reason: str
    evidence: Sequence[Quote] = ()


def score(profile: Mapping[str, Any], criteria: Criteria, today: date) -> Score:
    """Score a profile as `read_page` prints it, or as it is stored.

    `today`: the day it was read, where what lasts to the present ends.
    """
    reading = Reading(profile, today)
    return Score(tuple(_part(name, criteria.weights[name], reading, criteria) for name in FINDERS))


def _part(name: str, most: int, reading: Reading, criteria: Criteria) -> Part:
    """Rounded down: all points mean that all was found."""
    finding = FINDERS[name](reading, criteria)
    return Part(name, int(finding.share * most), most, finding.evidence, finding.reason)


def _keywords(reading: Reading, criteria: Criteria) -> Finding:
    return _words(criteria.keywords, reading.skilled, "")


def _certifications(reading: Reading, criteria: Criteria) -> Finding:
    return _words(criteria.certifications, reading.certified, _unseen(reading, "certifications"))


def _words(asked: Sequence[Word], passages: Sequence[Passage], remark: str) -> Finding:
    """Each word by its weight among all; one quote for each that was found."""
    if not asked:
        return Finding(Fraction(0), NOT_ASKED)
    found = {word: quote for word in asked if (quote := _first(word.names, passages))}
    share = Fraction(sum(word.weight for word in found), sum(word.weight for word in asked))
    reason = _in_words([word.word for word in found], [word.word for word in asked if word not in found])
    return Finding(share, reason + remark, _distinct(found.values()))


def _first(names: Sequence[str], passages: Sequence[Passage]) -> Quote | None:
    for passage in passages:
        for name in names:
            if text := quote_of(name, passage):
                return Quote(passage.where, text)
    return None


def _in_words(found: Sequence[str], missing: Sequence[str]) -> str:
    parts = [f"found: {', '.join(found)}"] * bool(found) + [f"not found: {', '.join(missing)}"] * bool(
        missing
    )
    return "; ".join(parts)


def _distinct(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys(quotes))


def _experience(reading: Reading, criteria: Criteria) -> Finding:
    asked = [
        (YEARS_SHARE, _years(reading, criteria.min_years)) if criteria.min_years else None,
        (1 - YEARS_SHARE, _seniority(reading, criteria.seniority)) if criteria.seniority else None,
    ]
    findings = [each for each in asked if each]
    if not findings:
        return Finding(Fraction(0), NOT_ASKED)
    whole = sum(share for share, _ in findings)
    return Finding(
        sum((share * finding.share for share, finding in findings), Fraction(0)) / whole,
        "; ".join(finding.reason for _, finding in findings),
        _distinct(quote for _, finding in findings for quote in finding.evidence),
    )


def _years(reading: Reading, least: int) -> Finding:
    """The months that dated positions cover; the longest duration shown where that is more, as dates may be hidden."""
    dated = [(role.dates, role.period) for role in reading.roles if role.period]
    months, evidence = months_of(when for _, when in dated), [dates for dates, _ in dated]
    how = f"in {len(dated)} dated position{'s' * (len(dated) != 1)}, overlaps counted once"
    longest = max(reading.durations, key=lambda each: length(each.raw), default=None)
    if longest and length(longest.raw) > months:
        months, evidence, how = length(longest.raw), [longest], "by the longest duration shown"
    return Finding(
        min(Fraction(1), Fraction(months, least * 12)),
        f"{in_words(months)} {how}; asked: {in_words(least * 12)}{_unseen(reading, 'experience')}",
        tuple(Quote(passage.where, passage.raw.strip()) for passage in evidence),
    )


def _seniority(reading: Reading, levels: Sequence[str]) -> Finding:
    """What they say they are now: an internship of long ago makes no intern."""
    passages = [reading.headline, *(role.title for role in reading.roles if role.is_current)]
    for passage in passages:
        for level in levels:
            if text := quote_of_level(level, passage):
                return Finding(Fraction(1), f"found: {level}", (Quote(passage.where, text),))
    return Finding(Fraction(0), f"neither headline nor a current title says {' or '.join(levels)}")


def _open_to_work(reading: Reading, criteria: Criteria) -> Finding:
    if not criteria.open_to_work:
        return Finding(Fraction(0), NOT_ASKED)
    if reading.is_open_to_work:
        return Finding(Fraction(1), "the profile says so", (Quote("open_to_work", "true"),))
    for phrase in OPEN_WORDS:
        span = find(phrase, reading.headline)
        if span and not _is_denied(reading.headline, span[0]):
            return Finding(
                Fraction(1), "the headline says so", (Quote("headline", reading.headline.quote(*span)),)
            )
    return Finding(Fraction(0), "no sign of it on the profile or in the headline")


def _is_denied(passage: Passage, at: int) -> bool:
    """Whether one of the three words before says no."""
    before = Passage(passage.where, passage.folded[:at])
    return bool(NEGATIONS & set(list(words_in(before))[-3:]))


def _languages(reading: Reading, criteria: Criteria) -> Finding:
    asked = criteria.languages
    if not asked:
        return Finding(Fraction(0), NOT_ASKED)
    found = {spoken: quotes for spoken in asked if (quotes := _spoken(spoken, reading))}
    names = {spoken: f"{spoken.name} ({spoken.level})" if spoken.level else spoken.name for spoken in asked}
    reason = _in_words([names[each] for each in found], [names[each] for each in asked if each not in found])
    evidence = _distinct(quote for quotes in found.values() for quote in quotes)
    return Finding(Fraction(len(found), len(asked)), reason + _unseen(reading, "languages"), evidence)


def _spoken(asked: Spoken, reading: Reading) -> Sequence[Quote]:
    """The entry that shows the language at the level asked for; a level that is not shown proves none."""
    for name, level in reading.spoken:
        if is_spoken(asked.name, name) and _reaches(level.raw, asked.level):
            return [
                Quote(passage.where, passage.raw.strip()) for passage in (name, level) if passage.raw.strip()
            ]
    return []


def _reaches(shown: str, asked: str) -> bool:
    level = level_of(shown)
    return not asked or (level is not None and LEVELS.index(level) >= LEVELS.index(asked))


def _location(reading: Reading, criteria: Criteria) -> Finding:
    """One of the places is enough."""
    if not criteria.location:
        return Finding(Fraction(0), NOT_ASKED)
    if quote := _first(criteria.location, [reading.location]):
        return Finding(Fraction(1), "found", (quote,))
    return Finding(Fraction(0), f"not found: {', '.join(criteria.location)}")


def _unseen(reading: Reading, section: str) -> str:
    """Why nothing may have been found: a page shows a section only once it was scrolled to."""
    return "" if reading.shows(section) else f" (the page showed no {section})"


FINDERS: dict[str, Callable[[Reading, Criteria], Finding]] = {
    "keywords": _keywords,
    "experience": _experience,
    "open_to_work": _open_to_work,
    "certifications": _certifications,
    "languages": _languages,
    "location": _location,
}
