"""Conversations that are not quite who they seem: ways in which a composer comes to write to somebody else."""

import json
from dataclasses import replace
from html import escape

from engine.sandbox.exchange import Answer
from engine.sandbox.people import Person

# Milliseconds between the last letter and the change, from before the last look to after the click.
DELAYS = (0, 5, 10, 20, 80, 160)

# What becomes of a composer when it opens. Whoever sends from it writes to the other person, unless it says otherwise.
MISLEADING = {
    "member": "it is headed by the other person's member id",
    "slug": "it is headed by the other person's address",
    "borrowed-name": "it is headed by the other person's link under the right name",
    "name-only": "it is headed by the right name and nothing else",
    "nobody": "nothing says whom it writes to",
    "company": "it is a company's",
    "sponsored": "it is an advertisement's, from the company that paid",
    "inmail": "it is an offer from a recruiter who bears the right name",
    "two-links": "it is headed by both persons",
    "and-other": "it is headed by the right link, and both names",
    "and-others": "it is headed by the right link, and more people without names",
    "pills": "it is a new message to both persons",
    "recipient-field": "its form names the other person as the recipient",
    "recipient-attribute": "its head bears the other person's member id",
    "compose-link": "its head links to a new message to the other person",
    "list-only": "the right person stands only in the list of conversations inside of it",
    "author-only": "the right person stands only as the author of a message",
    "swap-on-focus": "it becomes the other person's when the box takes the focus",
    "swap-on-clear": "it becomes the other person's when the box is emptied",
    "swap-on-text": "it becomes the other person's when something was written",
    "swap-soon": "it becomes the other person's shortly after something was written",
    **{
        f"swap-after-{ms}": f"it becomes the other person's {ms} ms after something was written"
        for ms in DELAYS
    },
    "turn-under-mouse": "it becomes the other person's when the mouse comes over Send",
    "turn-on-press": "it becomes the other person's while Send is pressed, before it is let go",
    "rename-on-text": "only its head changes to the other person, when something was written",
    "reply-beside": "the other person's conversation, which does not close, opens while something is written",
    "reply-closable": "the other person's conversation, which can be closed, opens while something is written",
    "reply-focused": "the other person's conversation opens while something is written, and takes the focus",
    "twin": "the same conversation is open twice",
}


def read_misleading(value: str) -> tuple[str, str]:
    """`NAME` or `NAME@SLUG` as the name and the other person's slug, empty for anybody."""
    name, _, slug = value.partition("@")
    if name not in MISLEADING:
        raise ValueError(f"{name!r} misleads nobody; there are {', '.join(MISLEADING)}")
    return name, slug


def mislead(answer: Answer, how: str, other: Person, name: str) -> Answer:
    """The page with the script that does so, before every script of its own."""
    described = {"name": name, "slug": other.slug, "id": other.member_id, "thread": other.thread_id}
    data = f'data-how="{how}" data-other="{escape(json.dumps(described))}"'
    script = f'<script src="/static/misleading.js" {data}></script>'
    return replace(answer, body=answer.body.replace("<head>", f"<head>{script}", 1))
