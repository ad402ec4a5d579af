"""The knobs that make the sandbox misbehave, settable when it is built and while it runs."""

import json
from collections import UserDict

from engine.sandbox.misleading import read_misleading
from engine.sandbox.mutations import chosen

FaultValue = bool | int | str

FAULTS: dict[str, str] = {
    "checkpoint_after": "a security check after so many pages",
    "checkpoint_at": "a security check at this path prefix, or at the word send",
    "logged_out": "no session is valid",
    "deliver_then_hang": "a message is stored and the answer never comes",
    "deliver_then_block": "a message is stored and the page's script blocks until the sandbox stops",
    "deliver_then_close": "a message is stored and the page becomes about:blank",
    "deliver_without_showing": "a message is stored and shown only after a reload",
    "refuse_send": "a click on Send does nothing",
    "alert_on_send": "a message is stored and the page raises an alert",
    "wrong_recipient": "the composer opens for another person (this slug, or somebody)",
    "group_thread": "the composer opens on a conversation with one more person",
    "two_bubbles": "another conversation is already open (with this slug, or somebody)",
    "redirect_profile": "every profile leads to this slug",
    "slow": "every page waits so many milliseconds",
    "endless_list": "the birthday list never ends",
    "button_cta": "every birthday card has a button in place of a link",
    "error_500": "paths with this prefix answer 500",
    "rate_limited": "paths with this prefix (or all) answer 429 without a body",
    "post_send_prompt": "a prompt appears after sending (a question of no known kind: unknown)",
    "mislead": "NAME@SLUG: a composer that is not who it seems (see engine/sandbox/misleading.py)",
    "stuck_bubble": "the conversation that is already open has no close control",
    "profile_shows": "every profile keeps its address and shows this slug",
    "profile_becomes": "every profile turns into this slug after it was loaded",
    "message_link_of": "the Message control of every profile writes to this slug",
    "late_draft": "what the person had begun to write comes into the composer so many milliseconds after it opened",
    "prefilled": "the composer opens with the network's own wish, wherever it was opened from",
    "no_prefill": "the composer opens empty",
    "ref_in_id": "profile cards carry their reference as id in place of componentkey",
    "commercial_limit": "a search shows the commercial-use limit after so many pages",
    "withdraw_refused": "a confirmed withdrawal is answered and changes nothing",
    "withdraw_wrong_dialog": "the dialog of a withdrawal names (and withdraws) this slug, or somebody else",
    "withdraw_turns": "the dialog of a withdrawal turns to this slug when the mouse comes over its button",
    "withdraw_hangs": "a withdrawal is stored and the answer never comes",
    "withdraw_dialog": "what the dialog of a withdrawal is: dialog, div or role (div)",
    "gate_page": "KIND@PATH: paths with this prefix show that gate (see engine/sandbox/gates.py)",
    "gate_from": "KIND@NUMBER: from the page of that number on, that gate stands in front of all",
    "redirect_loop": "paths with this prefix (or all) lead to themselves for ever",
    "enter_sends": "the composer has no Send button: the Enter key sends",
    "button_modal": "a button opens the modal, whatever the sandbox's composer is",
    "hello_widget": "the composer's short address (or all of them) shows a widget without a box",
    "recipient_picker": "a list of names to type into stands where the composer should",
    "mutation": "a seed (or names) of changes to every page (see engine/sandbox/mutations.py)",
    "thread_page_size": "how many messages of a thread are loaded at once (20)",
}

# Where a gate has an address of its own; the others stand at the address that was asked for.
GATES = {
    "pin": "/checkpoint/challenge/AgGpin",
    "chooser": "/uas/login",
    "agree": "",
    "signup": "/signup/cold-join",
    "guest": "/",
    "restriction": "",
    "puzzle": "/checkpoint/challenge/AgGpuzzle",
    "captcha": "/checkpoint/challenge/AgGcaptcha",
    "app": "/checkpoint/challenge/AgGapp",
    "feed": "/checkpoint/challenge/feed/",
    "authwall": "/authwall",
    "login": "/login",
    "survey": "/survey/member/",
    "throttle": "",
    "unavailable": "",
    "empty": "",
}


class Faults(UserDict[str, FaultValue]):
    """The knobs that are set; a name that does not exist is refused."""

    def __setitem__(self, name: str, value: FaultValue) -> None:
        if name not in FAULTS:
            raise ValueError(f"{name!r} is no fault; there are {', '.join(sorted(FAULTS))}")
        if name == "mutation" and value is not False:
            chosen(value)
        if name == "gate_page":
            read_gate(str(value))
        if name == "gate_from":
            int(read_gate(str(value))[1])
        if name == "mislead":
            read_misleading(str(value))
        super().__setitem__(name, value)

    def has(self, name: str) -> bool:
        """Whether a knob is set; a zero is a value too."""
        return self.get(name, False) is not False

    def number(self, name: str, default: int) -> int:
        return int(self.get(name, default))

    def text(self, name: str) -> str:
        """The value where it is a text; empty where the knob is merely on, or off."""
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def hits(self, name: str, path: str) -> bool:
        """Whether a knob that takes a path prefix is on for this path."""
        value = self.get(name, False)
        return path.startswith(value) if isinstance(value, str) else bool(value)


def read_fault(argument: str) -> tuple[str, FaultValue]:
    """`NAME` or `NAME=VALUE` as on the command line; numbers and true/false are read as such."""
    name, has_value, value = argument.partition("=")
    if not has_value:
        return name, True
    return name, json.loads(value) if value.isdigit() or value in ("true", "false") else value


def read_gate(value: str) -> tuple[str, str]:
    """`KIND@PATH` as kind and path prefix."""
    kind, _, prefix = value.partition("@")
    if kind not in GATES:
        raise ValueError(f"{kind!r} is no gate; there are {', '.join(GATES)}")
    return kind, prefix or "/"
