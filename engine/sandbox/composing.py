"""Writing to somebody: the composer in its containers, the full page, and what becomes of a message."""

import hashlib
import json
from urllib.parse import quote

from engine.sandbox.addresses import compose_href
from engine.sandbox.conversation import (
    Conversation,
    Event,
    composer_context,
    find_conversation,
    open_conversation,
)
from engine.sandbox.exchange import Answer, Request, as_json, redirect
from engine.sandbox.markup import Markup
from engine.sandbox.town import Town

DRAFT = "Before I forget it: about our plan"


def compose(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The full page; without a recipient the page asks for one."""
    person = town.by_member_id(request.query.get("recipient", ""))
    can_write = person and not person.is_own and not town.faults.get("recipient_picker")
    conversation = open_conversation(town, person) if person and can_write else None
    hello = conversation is not None and _says_hello(town, conversation, "profileUrn" in request.query)
    return _full_page(town, markup, conversation, request.query.get("body", ""), hello=hello)


def thread(town: Town, markup: Markup, request: Request, thread_id: str) -> Answer:
    conversation = find_conversation(town, thread_id)
    return _full_page(town, markup, conversation, "") if conversation else redirect("/404/")


def open_composer(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The composer that a click on a link (`recipient`, `body`) or a button (`trigger`) opens."""
    person, body = town.triggers.get(request.query.get("trigger", ""), (None, ""))
    person = person or town.by_member_id(request.query.get("recipient", ""))
    if person is None:
        return as_json({"error": "no such member"}, 404)
    is_button = "recipient" not in request.query
    container = "modal" if is_button and town.faults.get("button_modal") else person.composer or town.composer
    conversation = open_conversation(town, person)
    usual = town.words["prefill_today"] if town.faults.get("prefilled") else ""
    body = body or request.query.get("body", usual)
    html = _bubble(markup, conversation, body, container)
    page = compose_href(person, body=body)
    refuses = bool(town.faults.get("refuse_send"))
    late = {"text": DRAFT, "after": town.faults.number("late_draft", 0)}
    draft = late if town.faults.has("late_draft") else None
    return as_json({"container": container, "html": html, "refuses": refuses, "page": page, "draft": draft})


def open_bubbles(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The conversations that stand open on a page before anything was clicked."""
    if not town.faults.get("two_bubbles"):
        return as_json([])
    container = "overlay" if town.composer in ("modal", "page") else town.composer
    person = town.by_slug(str(town.faults["two_bubbles"])) or town.last_connection
    conversation = Conversation(town, person)
    html = _bubble(markup, conversation, "", container)
    bubble = {"container": container, "html": html, "refuses": False, "is_open": True}
    return as_json([{**bubble, "is_stuck": bool(town.faults.get("stuck_bubble"))}])


def older_messages(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    conversation = find_conversation(town, request.query.get("thread", ""))
    before = request.query.get("before", "")
    if conversation is None or not before.isdecimal():
        return as_json({"error": "no such thread"}, 404)
    events = conversation.events(int(before))
    return as_json({"html": _events(markup, conversation, events), "count": len(events)})


def send(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """A message arrives: it is on the disk before the answer leaves."""
    if town.faults.get("checkpoint_at") == "send" or town.is_challenged:
        town.is_challenged = True
        return as_json({"go": "/checkpoint/challenge/AgGsend?ut=sandbox"})
    try:
        entry = json.loads(request.body)
        conversation, text = find_conversation(town, entry["thread"]), entry["text"]
    except (ValueError, TypeError, KeyError):
        return as_json({"error": "not a message"}, 400)
    if conversation is None or not isinstance(text, str) or not text.strip():
        return as_json({"error": "not a message"}, 400)
    town.receive(conversation.person, text, conversation.thread_id, conversation.others)
    return _after_sending(town, markup, conversation)


def _after_sending(town: Town, markup: Markup, conversation: Conversation) -> Answer:
    faults = town.faults
    if faults.get("deliver_then_hang"):
        return Answer(hangs=True)
    is_hidden = bool(faults.get("deliver_without_showing"))
    is_known = faults.get("post_send_prompt") != "unknown"
    prompt = (
        markup.render("prompt.html", w=town.words, is_known=is_known)
        if faults.get("post_send_prompt")
        else ""
    )
    then = next((name for name in ("block", "close") if faults.get(f"deliver_then_{name}")), "")
    return as_json(
        {
            "html": "" if is_hidden else _events(markup, conversation, [conversation.last_event()]),
            "delay": _delay(markup.seed, len(town.log.messages)),
            "then": "alert" if faults.get("alert_on_send") else then,
            "prompt": prompt,
        }
    )


def _delay(seed: int, number: int) -> int:
    """Milliseconds until a sent message is shown: 50 to 305, the same for the same seed."""
    return 50 + hashlib.sha256(f"{seed} delay {number}".encode()).digest()[0]


def _bubble(markup: Markup, conversation: Conversation, body: str, container: str) -> str:
    is_asking = conversation.town.faults.get("recipient_picker")
    template = "modal.html" if container == "modal" else "picker.html" if is_asking else "bubble.html"
    hello = _says_hello(conversation.town, conversation, has_urn=True)
    return markup.render(template, **composer_context(conversation, body), hello=hello)


def _says_hello(town: Town, conversation: Conversation, has_urn: bool) -> bool:
    """Whether a widget without a box stands in for the composer: for short addresses, or for all of them."""
    knob = town.faults.get("hello_widget")
    return bool(knob) and (knob == "all" or not has_urn) and not conversation.events()


def _events(markup: Markup, conversation: Conversation, events: list[Event]) -> str:
    return markup.render(
        "events.html", events=events, person=conversation.person, conversation_name=conversation.names
    )


def _full_page(
    town: Town, markup: Markup, conversation: Conversation | None, body: str, *, hello: bool = False
) -> Answer:
    frame = {
        "w": town.words,
        "inbox": [(town.name(one), quote(one.thread_id)) for one in town.people if one.earlier],
        "refuses": bool(town.faults.get("refuse_send")),
    }
    context = composer_context(conversation, body) if conversation else {}
    if hello:
        context = {**context, "conversation": None, "hello": True}
    return Answer(markup.render("messaging.html", **{**frame, **context}))
