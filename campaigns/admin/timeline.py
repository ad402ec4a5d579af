"""What passed with one person, newest first, and what their score is made of."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Action, SourcedProfile
from contacts.models import Contact, Interaction

MOST = 100
PARTS = {
    "keywords": _("keywords"),
    "experience": _("experience"),
    "open_to_work": _("open to work"),
    "certifications": _("certifications"),
    "languages": _("languages"),
    "location": _("location"),
}


def timeline(person: Contact, *, with_actions: bool) -> list[dict[str, Any]]:
    """Actions with their exact texts, and what was recorded without one (by hand, or in an earlier application)."""
    actions = _actions(person) if with_actions else []
    told = {action["key"] for action in actions}
    entries = actions + [each for each in _interactions(person) if each["key"] not in told]
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)[:MOST]


def explained_scores(person: Contact) -> list[dict[str, Any]]:
    """Each campaign's score with its parts and their evidence, the best first."""
    found = SourcedProfile.objects.filter(contact=person).select_related("campaign").ranked()
    return [
        {
            "campaign": scored.campaign,
            "score": scored.score,
            "reason": scored.reason,
            "named_parts": [
                {**part, "label": PARTS.get(part["name"], part["name"])} for part in scored.parts
            ],
        }
        for scored in found[:MOST]
    ]


def _actions(person: Contact) -> list[dict[str, Any]]:
    actions = (
        Action.objects.filter(contact=person).select_related("campaign", "account", "run").order_by("-pk")
    )
    return [
        {
            "key": f"action:{action.pk}",
            "at": action.ended_at or action.sending_at or action.created_at,
            "what": action.occasion,
            "campaign": action.campaign,
            "account": action.account,
            "status": action.status,
            "words": action.get_status_display(),
            "text": action.text,
            "reason": action.reason or action.held,
            "address": reverse("admin:campaigns_action_change", args=[action.pk]),
        }
        for action in actions[:MOST]
    ]


def _interactions(person: Contact) -> list[dict[str, Any]]:
    own = Interaction.objects.filter(contact=person)
    return [
        {
            "key": interaction.source_key,
            "at": interaction.happened_at,
            "what": interaction.get_type_display(),
            "account": interaction.account,
            "status": interaction.status,
            "words": gettext("done") if interaction.status == "done" else interaction.status,
            "text": _text_of(interaction.payload),
            "address": reverse("admin:contacts_interaction_change", args=[interaction.pk]),
        }
        for interaction in own.select_related("account").order_by("-happened_at")[:MOST]
    ]


def _text_of(payload: Any) -> str:
    text = payload.get("text") if isinstance(payload, dict) else ""
    return text if isinstance(text, str) else ""
