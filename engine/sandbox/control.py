"""The sandbox's own addresses: what it received, what was asked of it, and its knobs."""

import json
from dataclasses import asdict

from engine.sandbox.exchange import Answer, Request, as_json
from engine.sandbox.ledger import WrongClick
from engine.sandbox.markup import Markup
from engine.sandbox.town import Town


def answer(town: Town, request: Request) -> Answer:
    name = request.path.removeprefix("/__sandbox__/").strip("/")
    if name == "log":
        return as_json([asdict(message) for message in town.log.messages])
    if name == "requests":
        return as_json(list(town.requests))
    if name == "withdrawals":
        return as_json([asdict(withdrawal) for withdrawal in town.withdrawals.entries])
    if name == "wrong_clicks":
        return as_json([asdict(click) for click in town.wrong_clicks.entries])
    if name == "faults" and request.method == "POST":
        return _set_faults(town, request)
    return as_json(dict(town.faults)) if name == "faults" else as_json({"error": "no such address"}, 404)


def clicked(town: Town, markup: Markup, request: Request, _: str) -> Answer:
    """A page tells of a click that no careful visitor makes."""
    try:
        told = {name: str(value) for name, value in json.loads(request.body).items()}
        click = WrongClick(town.now().isoformat(), told["what"], told["label"], told["path"])
    except (ValueError, AttributeError, KeyError):
        return as_json({"error": "not a click"}, 400)
    town.wrong_clicks.append(click)
    return Answer(status=204)


def _set_faults(town: Town, request: Request) -> Answer:
    """Takes the place of all knobs that were set; {} takes them all away."""
    try:
        wanted = dict(json.loads(request.body))
        checked = type(town.faults)(wanted)
    except (ValueError, TypeError) as error:
        return as_json({"error": str(error)}, 400)
    town.faults.clear()
    town.faults.update(checked)
    return as_json(dict(town.faults))
