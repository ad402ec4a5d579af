"""What programs send, read strictly: nothing unknown, nothing of another type, nothing out of range."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request

from campaigns.criteria import check_criteria
from campaigns.search_urls import LONGEST_SEARCH

TYPES: dict[type[Any], tuple[type, str]] = {
    serializers.BooleanField: (bool, "is true or false"),
    serializers.IntegerField: (int, "is a whole number"),
    serializers.CharField: (str, "is a text"),
}


class Body(serializers.Serializer[Any]):
    """A serializer that guesses nothing: "5" is no number, 1 is no truth, and what it does not know is refused."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The values of the request's body. Raises ValidationError naming each wrong field."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        values: dict[str, Any] = body.validated_data
        return values

    def run_validation(self, data: Any = empty) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError({"body": ["is an object"]})
        wrong: dict[str, Any] = {name: ["is not known here"] for name in data if name not in self.fields}
        for name, field in self.fields.items():
            if name in data and (reason := _wrong_type(field, data[name])):
                wrong[name] = [reason]
        if wrong:
            raise serializers.ValidationError(wrong)
        return super().run_validation(data)


def _wrong_type(field: Any, value: Any) -> str:
    if value is None:
        return "" if field.allow_null else "is not null"
    for kind, (wanted, words) in TYPES.items():
        # A bool is an int to Python.
        if isinstance(field, kind) and (
            not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool)
        ):
            return words
    return ""


class StartBody(Body):
    dry_run = serializers.BooleanField(default=True, help_text="Plan only: who, why and which text.")
    limit: Any = serializers.IntegerField(
        required=False, min_value=1, max_value=250, help_text="Attempt at most so many actions."
    )
    account = serializers.CharField(
        required=False, max_length=50, help_text="Whose campaign; not needed where there is one account."
    )


class StartBirthdayBody(StartBody):
    process_late = serializers.BooleanField(default=False, help_text="Also wish those of the last days.")
    max_days_late = serializers.IntegerField(default=7, min_value=0, max_value=60)


class StartSourcingBody(StartBody):
    search_url = serializers.CharField(
        max_length=LONGEST_SEARCH, help_text="The address of a people search, as the browser shows it."
    )
    limit = serializers.IntegerField(default=50, min_value=1, max_value=1_000)
    criteria = serializers.DictField(
        default=dict, validators=[check_criteria], help_text="What the fit score looks for: docs/scoring.md."
    )


class StartInvitationsBody(StartBody):
    pass


class NothingBody(Body):
    """Nothing has to be said."""


class ApproveBody(Body):
    text_sha256 = serializers.RegexField(
        "^[0-9a-f]{64}$", help_text="Of the text that was looked at, as the list of approvals gives it."
    )


class RejectBody(ApproveBody):
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=300, help_text="Why; it is kept with the decision."
    )


def check_looked(looked: bool) -> None:
    """Nobody settles a doubt without having looked into the conversation."""
    if not looked:
        raise serializers.ValidationError("look into the conversation first, then say true")


class LookedBody(Body):
    looked = serializers.BooleanField(
        validators=[check_looked], help_text="True: somebody looked into the conversation."
    )


class PersonBody(Body):
    person = serializers.CharField(
        max_length=500, help_text="The address of their profile, in any form, or their e-mail."
    )


class SilenceBody(PersonBody):
    reason = serializers.CharField(default="asked not to be contacted", max_length=300)


class EraseBody(PersonBody):
    dry_run = serializers.BooleanField(default=True, help_text="Only say how much would be erased.")
