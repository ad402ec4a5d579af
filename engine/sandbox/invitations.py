"""Sent invitations: the list, the dialog that asks once more, and what becomes of a withdrawal."""

import json
from typing import Any

from engine.sandbox.exchange import Answer, Request, as_json
from engine.sandbox.framing import frame, framed, strangers
from engine.sandbox.markup import Markup
from engine.sandbox.people import Person
from engine.sandbox.town import Town
from engine.sandbox.words import sent_ago

PAGE_SIZE = 10
DIALOGS = ("div", "dialog", "role")


def sent(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """The newest first; an older build shows all of them at once."""
    is_ember = town.generation_of("invitations") == "ember"
    template = "ember_invitations.html" if is_ember else "invitations.html"
    context = _rows(town, 0, len(town.invited) if is_ember else PAGE_SIZE)
    return framed(
        town,
        markup,
        template,
        w_title=town.words["invitations_title"],
        count=_count(town),
        people=strangers(town),
        **context,
    )


def more_sent(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    start = request.query.get("start", "0")
    context = _rows(town, int(start) if start.isdecimal() else 0, PAGE_SIZE)
    html = markup.render("invitation_rows.html", **frame(town), **context)
    return as_json({"html": html, "has_more": context["has_more"], "count": len(context["rows"])})


def dialog(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """What a click on "Withdraw" opens; nobody's invitation is withdrawn yet."""
    person = town.by_member_id(request.query.get("member", ""))
    if person is None or person not in town.invited:
        return as_json({"error": "no such invitation"}, 404)
    if wanted := town.faults.get("withdraw_wrong_dialog"):
        others = [one for one in town.invited if one != person]
        person = town.by_slug(str(wanted)) or others[-1]
    html = markup.render(
        "withdraw_dialog.html", **frame(town), name=town.name(person), kind=_dialog_kind(town)
    )
    return as_json({"html": html, "member": person.member_id, "turns": _turned(town)})


def withdraw(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """An invitation is taken back: that is on the disk before the answer leaves."""
    try:
        person = town.by_member_id(json.loads(request.body)["member"])
    except (ValueError, TypeError, KeyError):
        return as_json({"error": "not a withdrawal"}, 400)
    if person is None or person not in town.invited:
        return as_json({"error": "no such invitation"}, 404)
    if town.faults.get("withdraw_refused"):
        return as_json({"member": "", "count": _count(town), "toast": ""})
    town.withdraw(person)
    if town.faults.get("withdraw_hangs"):
        return Answer(hangs=True)
    return as_json({"member": person.member_id, "count": _count(town), "toast": town.words["withdrawn"]})


def _turned(town: Town) -> dict[str, str] | None:
    """Whom the dialog is about once the mouse is over its button, where that is somebody else."""
    other = town.by_slug(town.faults.text("withdraw_turns"))
    return {"member": other.member_id, "label": _label(town, other)} if other else None


def _label(town: Town, person: Person) -> str:
    return town.words["withdraw_label"].replace("{name}", town.name(person))


def _dialog_kind(town: Town) -> str:
    usual = {"ember": "ember", "sdui1": "dialog", "sdui2": "div"}[town.generation_of("invitations")]
    return town.faults.text("withdraw_dialog") or usual


def _rows(town: Town, start: int, size: int) -> dict[str, Any]:
    invited = town.invited
    rows = [_row(town, one) for one in invited[start : start + size]]
    build = town.generation_of("invitations")
    return {"rows": rows, "has_more": start + size < len(invited), "build": build}


def _row(town: Town, person: Person) -> dict[str, Any]:
    return {
        "person": person,
        "name": town.name(person),
        "age": sent_ago(person.invited_days or 0, town.language),
        "label": _label(town, person),
    }


def _count(town: Town) -> str:
    return town.words["people_count"].replace("{count}", str(len(town.invited)))
