"""What each of the three groups may do, and how the groups get it."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from linkedin_bot.staff.models import ShippedRight

OURS: Final = frozenset({"audit", "campaigns", "contacts", "engine"})
# Pages of the network as they were, sessions, and addresses that are keys to somebody's inbox.
SECRET: Final = frozenset({"engine.snapshot", "engine.storedsession", "campaigns.noticechannel"})
OPERATED: Final[Mapping[str, frozenset[str]]] = {
    "campaigns.action": frozenset({"change"}),  # approve, settle a doubt
    "campaigns.campaign": frozenset({"add", "change", "delete"}),
    "campaigns.messagetemplate": frozenset({"add", "change", "delete"}),
    "campaigns.run": frozenset({"add", "change"}),  # start, stop
    "contacts.contact": frozenset({"add", "change"}),
    "contacts.contactalias": frozenset({"add", "change", "delete"}),
    "contacts.tag": frozenset({"add", "change", "delete"}),
}
ADMINISTERED: Final[Mapping[str, frozenset[str]]] = {
    "api.apikey": frozenset({"view", "add", "change", "delete"}),
    "auth.group": frozenset({"view"}),
    "auth.user": frozenset({"view", "add", "change", "delete"}),
    "axes.accessattempt": frozenset({"view", "delete"}),
    "otp_totp.totpdevice": frozenset({"view", "delete"}),
}


def viewer(model: str, verb: str) -> bool:
    """Everything is seen, but for what gives somebody else's keys away."""
    return verb == "view" and model.partition(".")[0] in OURS and model not in SECRET


def operator(model: str, verb: str) -> bool:
    return viewer(model, verb) or verb in OPERATED.get(model, ())


def administrator(model: str, verb: str) -> bool:
    """All that is ours, people and keys; nobody writes the audit log."""
    if model.startswith("audit."):
        return verb == "view"
    return model.partition(".")[0] in OURS or verb in ADMINISTERED.get(model, ())


GROUPS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "viewer": viewer,
    "operator": operator,
    "administrator": administrator,
}


def ship(using: str) -> None:
    """Make the groups that are missing, and give each the rights that it was never given before.

    What a site took from a group stays away, and what it gave stays.
    """
    known = _known(using)
    shipped = set(ShippedRight.objects.using(using).values_list("group", "right"))
    with transaction.atomic(using=using):
        for name, may in GROUPS.items():
            group, is_new = Group.objects.using(using).get_or_create(name=name)
            rights = {right: pk for right, pk in known.items() if may(*_split(right))}
            fresh = [right for right in rights if is_new or (name, right) not in shipped]
            if fresh:
                group.permissions.add(*(rights[right] for right in fresh))
            ShippedRight.objects.using(using).bulk_create(
                [ShippedRight(group=name, right=right) for right in fresh], ignore_conflicts=True
            )


def _known(using: str) -> dict[str, int]:
    """Each right with its number."""
    rows = Permission.objects.using(using).order_by("pk")
    found = rows.values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": pk for app, codename, pk in found}


def _split(right: str) -> tuple[str, str]:
    """`campaigns.change_action` is "change" of `campaigns.action`."""
    app, _dot, codename = right.partition(".")
    verb, _low_line, model = codename.partition("_")
    return f"{app}.{model}", verb
