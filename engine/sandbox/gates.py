"""The pages that stand in front of all others when the network wants something else first."""

from engine.sandbox.exchange import Answer, Request, redirect
from engine.sandbox.faults import GATES, read_gate
from engine.sandbox.framing import framed
from engine.sandbox.markup import Markup
from engine.sandbox.town import Town

# Inside the frame of the signed-in pages; the others have no navigation.
FRAMED = {"unavailable": "not_found.html", "empty": "empty.html", "survey": "survey.html"}
# Part of a gate, in a frame of its own.
WITHIN = ("/checkpoint/challenge/captchaInternal",)


def gate(town: Town, markup: Markup, request: Request) -> Answer | None:
    """The gate in front of this path, if a knob has put one there."""
    if request.path in WITHIN:
        return None
    town.pages += 1
    if value := town.faults.text("gate_from"):
        kind, number = read_gate(value)
        return _stands(town, markup, request, kind) if town.pages >= int(number) else None
    if not (value := town.faults.text("gate_page")):
        return None
    kind, prefix = read_gate(value)
    if request.path == GATES[kind] or request.path.startswith(prefix):
        return _stands(town, markup, request, kind)
    return None


def _stands(town: Town, markup: Markup, request: Request, kind: str) -> Answer:
    """The gate where it belongs: at an address of its own, or at the one that was asked for."""
    address = GATES[kind]
    if address and request.path != address:
        return redirect(address)
    if template := FRAMED.get(kind):
        return framed(town, markup, template, w_title=town.words["not_found_title"])
    return Answer(markup.render(f"gate_{kind}.html", w=town.words))
