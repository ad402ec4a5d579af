"""Text from outside that would do something if a page let it, and what puts it into every row there is."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.contrib import admin
from django.db import models

from contacts.models import Contact

ELSEWHERE = "//elsewhere.example"
# Longer ones come first: a field takes of those that fit, each in its turn, or the start of the longest.
SCRIPT = "<script>harm('script')</script>"
TEXTS = [
    SCRIPT + "W" * 10_000,
    f"</textarea></script></style></title>{SCRIPT}<svg/onload=harm('svg')>",
    f"<img src='{ELSEWHERE}/x.png' onerror=harm('img')><link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"\"><script src='{ELSEWHERE}/x.js'></script><iframe srcdoc=\"<script>parent.harm('frame')</script>\">",
    f"' x-init='harm(1)' onmouseover='harm(2)' autofocus onfocus='harm(3)'>{SCRIPT}",
    "{{ constructor.constructor('harm(4)')() }} {% debug %} ${harm(5)} {0.__class__} %(x)s {name!r:>99}" + SCRIPT,
    f"=HYPERLINK('http:{ELSEWHERE}') @SUM(1) +1 -1 ＝1{SCRIPT}",
    f"https:{ELSEWHERE}/<b>&quot;&lt;script&gt;harm(6)&lt;/script&gt;{SCRIPT}",
    f"javascript:harm('address')//https://www.linkedin.com/in/a{SCRIPT}",
    f"\x00\x1b[31m\r\n\t\u202eexe.gpj\u202c\u2066\u200b\ufeff{SCRIPT}",
    f"👩‍👩‍👧‍👦 é é ﷽ 中文 Ζ͢͟a̵l̴g̷o̶{SCRIPT}",
    "\u200b\u200d\u2060",
]  # fmt: skip
# Numbers and times of the program's own, whose form it relies on; what is shown beside them is not.
OF_OUR_OWN = {
    "password", "time_zone", "schedule", "language", "profile_url", "task_path", "backend_name", "queue_name",
    "exception_class_path", "member_id", "html_path", "image_path", "bucket", "hashed_key", "prefix", "plan",
    "key", "source_key", "occasion",
}  # fmt: skip
LEFT_ALONE = ("auth.user", "audit")  # who is signed in; what nobody can change
TEXTUAL = (models.CharField, models.TextField, models.JSONField)


def spread() -> None:
    """Put the texts into all that a page may show, past every check on the way in."""
    turns = count()
    for model in admin.site._registry:
        if any(word in model._meta.label_lower for word in LEFT_ALONE):
            continue
        for row in model._default_manager.order_by("-pk")[: len(TEXTS)]:
            values = {field.name: _hostile(field, row, next(turns)) for field in _fields(model)}
            model._default_manager.filter(pk=row.pk).update(**values)


def _fields(model: type[models.Model]) -> Iterator[models.Field]:
    for field in model._meta.fields:
        is_ours = field.choices or field.primary_key or field.name in OF_OUR_OWN
        if isinstance(field, TEXTUAL) and not is_ours:
            yield field


def _hostile(field: models.Field, row: models.Model, turn: int) -> Any:
    if isinstance(field, models.JSONField):
        return _inside(getattr(row, field.name), turn)
    room = field.max_length or 20_000
    fitting = [text for text in TEXTS if len(text) <= room] or [TEXTS[1][:room]]
    if field.unique or (field.name == "name" and not isinstance(row, Contact)):
        return f"{row.pk}{fitting[turn % len(fitting)]}"[:room]
    return fitting[turn % len(fitting)]


def _inside(value: Any, turn: int) -> Any:
    """The same shape, with every text in it replaced; numbers, times and kinds stay what pages expect."""
    if isinstance(value, dict):
        return {key: _inside(each, turn + position) for position, (key, each) in enumerate(value.items())}
    if isinstance(value, list):
        return [_inside(each, turn + position) for position, each in enumerate(value)]
    return TEXTS[turn % len(TEXTS)].replace("\x00", "") if isinstance(value, str) else value
