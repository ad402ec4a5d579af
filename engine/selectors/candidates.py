"""What a candidate's value may be: it finds something, not everything, and is nothing but a value."""

import re

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import CombinedSelector, Element, Negation, Selector

# As they stand in an attribute selector: nothing that could end its quotes.
VALUES = {
    "test_id": re.compile(r"[\w:.\-]{3,100}"),
    "view_name": re.compile(r"[\w:.\-]{3,100}"),
    "screen": re.compile(r"[\w.]{3,100}"),
    "icon": re.compile(r"[a-z][\w\-]{3,60}"),
    "href": re.compile(r"/[\w/.?=&%:\-]{3,200}"),
    "text": re.compile(r"[^*\x00-\x1f]{2,100}\*?"),
}
# Quantifiers upon groups can take for ever.
SLOW = re.compile(r"\)[*+{]")
QUOTED = re.compile(r"'([\w\-]+)'")
EVERYTHING = {"*", "html", "body", "main", "div", "span"}


def problem_of(kind: str, value: str) -> str | None:
    """What speaks against this value, in words; None where nothing does. A label's set is checked by the file."""
    if kind == "css":
        return css_problem(value)
    if kind == "component_key":
        return _pattern_problem(value)
    if kind in VALUES and not VALUES[kind].fullmatch(value):
        return f"the value does not look like a {kind}"
    return None


def same_finding(kind: str, value: str) -> tuple[str, str]:
    """Two candidates for which this is the same find the same elements."""
    if kind != "css":
        return kind, value
    canonical = ", ".join(sorted(selector.canonical() for selector in parse(value)))
    return kind, QUOTED.sub(r"\1", canonical)


def _pattern_problem(value: str) -> str | None:
    try:
        pattern = re.compile(value)
    except re.error as error:
        return f"the pattern is not valid: {error}"
    if SLOW.search(value) or "(?" in value:
        return "the pattern repeats or extends a group"
    if len(re.sub(r"\W", "", value)) < 4 or any(pattern.search(text) for text in ("", "ember", "0f3a")):
        return "the value finds nothing or everything"
    return None


def css_problem(value: str, most: int = 1) -> str | None:
    """As `problem_of`; `most`: how many selectors may stand there, with commas between them."""
    try:
        selectors = parse(value)
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as error:
        return f"the CSS is not valid: {error}"
    if len(selectors) > most:
        return "several selectors in one: each is an entry of its own"
    return "the value finds nothing or everything" if any(map(_is_everything, selectors)) else None


def _is_everything(selector: Selector) -> bool:
    subject = selector.parsed_tree
    while isinstance(subject, CombinedSelector | Negation):
        subject = subject.subselector if isinstance(subject, CombinedSelector) else subject.selector
    return isinstance(subject, Element) and (subject.element or "*").lower() in EVERYTHING
