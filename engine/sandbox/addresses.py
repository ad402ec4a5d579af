"""The addresses that pages link to."""

from urllib.parse import urlencode

from engine.sandbox.people import Person


def compose_href(person: Person, **more: str) -> str:
    """The address of the composer for a person, as the pages link it."""
    identity = {"profileUrn": f"urn:li:fsd_profile:{person.member_id}", "recipient": person.member_id}
    return "/messaging/compose/?" + urlencode({**identity, **more, "interop": "msgOverlay"})
