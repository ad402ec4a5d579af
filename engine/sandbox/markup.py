"""How the pages are written: templates whose class names are hashed with the seed, and keys new in every view."""

import hashlib
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from django.template import Context, Engine, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from engine.sandbox.addresses import compose_href
from engine.sandbox.people import Person

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")

register = Library()


class Markup:
    """Renders the templates for one seed and language."""

    def __init__(self, seed: int, language: str) -> None:
        self.seed = seed
        self.language = language
        self.views = 0
        self.engine = Engine(dirs=[str(TEMPLATES)], builtins=[__name__])

    def render(self, template: str, **context: Any) -> str:
        self.views += 1
        keys = component_keys(self.seed, self.views)
        everything = {"seed": self.seed, "lang": self.language, "keys": keys, "numbers": count(18), **context}
        return self.engine.get_template(template).render(Context(everything, use_l10n=False))


def component_keys(seed: int, view: int) -> Iterator[str]:
    """UUIDs that look random, differ in every view, and are the same for the same seed and order of views."""
    number = 0
    while True:
        number += 1
        yield str(uuid.UUID(bytes=hashlib.sha256(f"{seed} {view} {number}".encode()).digest()[:16]))


def class_name(seed: int, name: str) -> str:
    digest = hashlib.sha256(f"{seed} {name}".encode()).hexdigest()
    return ("_" if int(digest[9], 16) % 2 or digest[0].isdigit() else "") + digest[:8]


@register.simple_tag(takes_context=True)
def css(context: Context, name: str) -> str:
    """The one class that the style sheet knows."""
    return class_name(context["seed"], name)


@register.simple_tag(takes_context=True)
def k(context: Context, *names: str) -> str:
    """The classes of an element: those of the style sheet among others that mean nothing."""
    seed = context["seed"]
    noise = [f"{name} noise {number}" for name in names for number in (1, 2)]
    return " ".join(sorted(class_name(seed, name) for name in (*names, *noise)))


@register.simple_tag(takes_context=True)
def key(context: Context) -> str:
    """The next component key of this view."""
    return str(next(context["keys"]))


@register.simple_tag(takes_context=True)
def trigger(context: Context, person: Person, prefill: str) -> str:
    """A key whose button opens the composer for this person: the page itself names nobody."""
    new = str(next(context["keys"]))
    context["triggers"][new] = (person, prefill)
    return new


@register.simple_tag(takes_context=True)
def ember(context: Context) -> str:
    """The next id of an older page."""
    return f"ember{next(context['numbers'])}"


@register.simple_tag(takes_context=True)
def ember_trigger(context: Context, person: Person, prefill: str) -> str:
    """An older page's id whose button opens the composer for this person."""
    new = f"ember{1000 + len(context['triggers'])}"
    context["triggers"][new] = (person, prefill)
    return new


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A drawing under the network's icon id."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" id="{0}" role="img" aria-hidden="{3}" aria-label="{2}" '
        'data-supported-dps="{1}x{1}" width="{1}" height="{1}" viewBox="0 0 16 16">'
        '<path d="{4}" fill="currentColor"></path></svg>',
        name,
        size,
        label,
        "false" if label else "true",
        SHAPES.get(name.rpartition("-")[0], SHAPES["dot"]),
    )


@register.filter
def put(pattern: str, name: str) -> str:
    """The words of a label with a person's name in their place."""
    return pattern.replace("{name}", name)


@register.filter
def put_page(pattern: str, page: int) -> str:
    return pattern.replace("{page}", str(page))


@register.filter
def put_count(pattern: str, count: int) -> str:
    return pattern.replace("{count}", str(count))


@register.filter
def compose(person: Person) -> str:
    """The address of the composer for a person."""
    return compose_href(person)


@register.filter
def replace_degree(pattern: str, degree: str) -> str:
    return pattern.replace("{degree}", degree)


@register.filter
def initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalpha())[:2].upper() or "?"


@register.filter
def tint(name: str) -> int:
    """A hue for a person's picture."""
    return hashlib.sha256(name.encode()).digest()[0] * 360 // 256


SHAPES = {
    "dot": "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z",
    "send-privately": "M1 2l14 6-14 6 3-6z",
    "overflow-web-ios": "M2 7h2v2H2zM7 7h2v2H7zM12 7h2v2h-2z",
    "close": "M3 2l5 5 5-5 1 1-5 5 5 5-1 1-5-5-5 5-1-1 5-5-5-5z",
    "connect": "M6 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM1 14c0-3 2-5 5-5s5 2 5 5zM12 4h1v2h2v1h-2v2h-1V7h-2V6h2z",
    "search": "M7 2a5 5 0 1 0 3 9l4 4 1-1-4-4a5 5 0 0 0-4-8zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
    "home": "M8 2l7 6h-2v6H9v-4H7v4H3V8H1z",
    "people": "M5 3a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM1 13c0-3 1.500-4 4-4s4 1 4 4zM10 9c3 0 5 1 5 4h-4z",
    "job": "M6 3h4v2h4v8H2V5h4zm1 1v1h2V4z",
    "messages": "M2 3h12v8H8l-4 3v-3H2z",
    "bell-fill": "M8 2a4 4 0 0 1 4 4v4l2 2H2l2-2V6a4 4 0 0 1 4-4zM6 13h4l-2 2z",
    "verified": "M8 1l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V3zM7 10l5-5-1-1-4 4-2-2-1 1z",
    "linkedin-bug-blue": "M2 1h12l1 1v12l-1 1H2l-1-1V2zm2 5v6h2V6zm4 0v6h2V9h2v3h2V6z",
    "chevron-left": "M10 2l1 1-5 5 5 5-1 1-6-6z",
    "chevron-right": "M6 2l6 6-6 6-1-1 5-5-5-5z",
    "caret": "M4 6h8l-4 5z",
    "bell-double-fill": "M8 2a4 4 0 0 1 4 4v4l2 2H2l2-2V6a4 4 0 0 1 4-4zM6 13h4l-2 2z",
    "icon": "M2 2h3v3H2zM7 2h3v3H7zM12 2h3v3h-3zM2 7h3v3H2zM7 7h3v3H7zM12 7h3v3h-3z",
}
