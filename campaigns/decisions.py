"""Decision: what a person decided about the exact text of an action, kept when the action moves on."""

from typing import ClassVar

from django.db import models


class Decision(models.Model):
    """Written once with each decision, and never changed: an approval on the action itself goes with its text."""

    class Verdict(models.TextChoices):
        APPROVED = "approved"
        EDITED = "edited"
        REJECTED = "rejected"
        SENT = "sent", "it was sent"
        NOT_SENT = "not_sent", "it was not sent"

    action = models.ForeignKey("campaigns.Action", on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    text = models.TextField(blank=True, help_text="The exact text that was decided about.")
    text_sha256 = models.CharField(max_length=64, help_text="Of that text for that person.")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("auth.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Who it was: a user, or a key; stays when they go.")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.by_name}"
