"""The pages that stand in front of all others when the network wants something else first."""

from engine.sandbox.exchange import Answer, Request, redirect
from engine.sandbox.faults import GATES, read_gate
from engine.sandbox.framing import framed
from engine.sandbox.markup import Markup
from engine.sandbox.town import Town

# Inside the frame of the signed-in pages; the others have no navigation.
FRAMED = {"unavailable": "not_found.html", "empty": "empty.html"}


def gate(town: Town, markup: Markup, request: Request) -> Answer | None:
    """The gate in front of this path, if the knob has put one there."""
    if not (value := town.faults.text("gate_page")):
        return None
    kind, prefix = read_gate(value)
    address = GATES[kind]
    if address and request.path == address:
        return _shown(town, markup, kind)
    if not request.path.startswith(prefix):
        return None
    return redirect(address) if address else _shown(town, markup, kind)


def _shown(town: Town, markup: Markup, kind: str) -> Answer:
    if template := FRAMED.get(kind):
        return framed(town, markup, template, w_title=town.words["not_found_title"])
    return Answer(markup.render(f"gate_{kind}.html", w=town.words))
