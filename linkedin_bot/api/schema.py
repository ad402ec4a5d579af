"""What the OpenAPI description says of every operation alike: the key it needs, and each way it can refuse."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from linkedin_bot.api.authentication import HEADER
from linkedin_bot.api.problems import MEDIA_TYPE


class WrongFieldSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Its name; `body` where it is the whole body.")
    reason = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457: what went wrong."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="For people.")
    code = serializers.CharField(help_text="For programs, such as busy.")
    errors = WrongFieldSerializer(many=True, required=False)  # type: ignore[assignment]
    run = serializers.CharField(required=False, help_text="The address of the run that is in the way.")
    advice = serializers.CharField(required=False, help_text="What a person has to do first.")


REFUSALS = {
    400: "A value is not understood; `errors` names each field.",
    403: "No key, a wrong one, or one without the scope for this.",
    404: "There is nothing under this address, or it is not for this key.",
    405: "This address has no such method.",
    409: "Not now: `code` says why.",
    415: "The body is not application/json.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many wrong keys from this address; `Retry-After` says for how long.",
    503: "The database does not answer.",
}
REPEATABLE = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Repeating the request with the same key within 24 hours gives the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


BODY = "BodyRequest"


class ApiSchema(AutoSchema):
    """Adds to each operation what any of them may answer."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation and self.method == "POST":
            operation.setdefault("parameters", []).append(REPEATABLE)
        return operation

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._refusals():
            if str(status) not in bodies:
                told = OpenApiResponse(ProblemSerializer, description=REFUSALS[status])
                answer: Any = self._get_response_for_code  # comes without types
                bodies[str(status)] = answer(told, str(status), [MEDIA_TYPE])
        return dict(sorted(bodies.items()))

    def _refusals(self) -> list[int]:
        found = [400, 403, 405, 429, 503]
        if "{" in self.path:
            found.append(404)
        if self.method == "POST":
            found += [409, 415, 422]
        return found


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "linkedin_bot.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": HEADER,
            "description": "Made in the admin, or by manage.py create_api_key.",
        }


def as_it_is(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Of each address both forms work, the shorter one is described; a body with anything unknown is refused."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith(BODY):
            component["additionalProperties"] = False
    result["paths"] = {path.rstrip("/") or "/": operations for path, operations in result["paths"].items()}
    return result
