"""What a click that cannot be undone may be found by: nothing that finds, or names, anything else."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from engine.models import LinkedInSelector
from engine.selectors.candidates import problem_of, same_finding
from engine.selectors.selector import Selector, SelectorSet
from engine.selectors.strict_yaml import Entry

Labels = Mapping[str, Mapping[str, tuple[str, ...]]]


def check_acting(selector: Selector, selectors: Mapping[str, Selector], labels: Labels, entry: Entry) -> None:
    """A click that cannot be undone shares neither candidate nor label with any other: Send is never Delete."""
    if not selector.contract.acts:
        return
    if any(each.kind == "label" and each.value != selector.contract.labels for each in selector.candidates):
        raise entry.refuse("it acts, and is looked for by other labels than its own")
    findings = {same_finding(each.kind, each.value) for each in selector.candidates}
    for other in selectors.values():
        if other is selector:
            continue
        if findings & {same_finding(each.kind, each.value) for each in other.candidates}:
            raise entry.refuse(f"it acts, and has a candidate in common with {other.key}")
        if other.contract.acts and _have_common_text(selector, other, labels):
            raise entry.refuse(f"it acts, and has a label in common with {other.key}")


def _have_common_text(one: Selector, other: Selector, labels: Labels) -> bool:
    others = list(_folded(other, labels))
    return any(_is_same(mine, theirs) for mine in _folded(one, labels) for theirs in others)


def _folded(selector: Selector, labels: Labels) -> Iterator[str]:
    for texts in labels[selector.contract.labels or ""].values():
        yield from (text.casefold().strip() for text in texts)


def _is_same(one: str, other: str) -> bool:
    """Whether one text is an example of the other; a * stands for any words."""
    return fnmatchcase(one, _plain(other)) or fnmatchcase(other, _plain(one))


def _plain(text: str) -> str:
    return text.replace("[", "[[]").replace("?", "[?]")


def clash_of(proposed: LinkedInSelector, known: SelectorSet) -> str | None:
    """Why a proposal may not be accepted, in words: what it finds, or how it is called, is something else's."""
    if proposed.key not in known.selectors:
        return "its key is not in use"
    if problem := problem_of(proposed.kind, proposed.value):
        return problem
    finding = same_finding(proposed.kind, proposed.value)
    for other in known.selectors.values():
        if finding in {same_finding(each.kind, each.value) for each in other.candidates}:
            return f"it is what finds {other.key}"
    return _name_clash(proposed.name.casefold(), known.selectors[proposed.key], known)


def _name_clash(name: str, selector: Selector, known: SelectorSet) -> str | None:
    for other in known.selectors.values():
        is_apart = bool(name and other.contract.labels) and other.contract.labels != selector.contract.labels
        if is_apart and any(_is_same(name, text) for text in _folded(other, known.labels)):
            return f"it is called like {other.key}"
    return None
