"""The problem documents: which codes each status has, and which calls get it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from tasks_app.api.problems import STATUS_OF
from tasks_app.errors import problem

from .calls.call import Call

MEDIA: Final = "application/problem+json"
OF_EDGES: Final[dict[int, tuple[str, ...]]] = {
    400: ("bad_request", "parse_error", "invalid_input"),
    401: (
        "not_authenticated",
        "authentication_failed",
        "token_invalid",
        "token_expired",
    ),
    403: ("permission_denied", "csrf_failed"),
    404: ("not_found",),
    405: ("method_not_allowed",),
    406: ("not_acceptable",),
    413: ("too_large",),
    415: ("unsupported_media_type",),
    429: ("too_many_requests", "too_many_attempts"),
    500: ("server_error",),
    503: ("database_unavailable", "operation_unavailable", "identity_unavailable"),
}
HEADERS: Final = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
TEXTS: Final = {
    400: "What was asked for cannot be understood; `errors` names what is wrong.",
    401: "Nobody is signed in, or the token counts no more.",
    403: "You may not do this, or the CSRF token is missing.",
    404: "There is no such thing, or you may not see it.",
    405: "This address knows other methods.",
    406: "The answer is JSON, and `Accept` does not take it.",
    409: "Not now: the status of the task does not allow it, or it has changed.",
    413: "Too large.",
    415: "The body is of a type that is not read here.",
    422: "The `Idempotency-Key` was used for something else.",
    429: "Too much was asked in a short time; wait.",
    500: "Something went wrong here; it was noted with the id of the request.",
    503: "Something that is needed does not answer just now, or is not installed.",
}
SENTENCES: Final = {"type": "array", "items": {"type": "string"}}
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457. `detail` is a sentence for people, `code` for programs.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "Sentences for each field.",
            "additionalProperties": SENTENCES,
        },
        "current_status": {"type": "string"},
        "version": {"type": "integer"},
        "actions": SENTENCES,
        "request_id": {"type": "string"},
        "violated-policies": SENTENCES,
    },
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "additionalProperties": False,
}


def codes() -> dict[int, list[str]]:
    """Return the codes of each status, those of the engine's errors among them."""
    found = {status: list(known) for status, known in OF_EDGES.items()}
    for error, status in STATUS_OF.items():
        known = found.setdefault(status, [])
        known.extend([error.code] if error.code not in known else [])
    return dict(sorted(found.items()))


def statuses(call: Call) -> list[int]:
    """Return the error statuses of a call: what follows by rule, and its own."""
    found = {400, 500, *call.problems}
    writes = not call.route.startswith("GET ")
    if not (call.open and call.outside):
        found.add(503)
    if not call.outside:
        found |= {406, 429}
    if not call.open:
        found |= {401, 403} if writes else {401}
    if "{" in call.route:
        found.add(404)
    if call.body:
        found |= {413, 415}
    return sorted(found - set(call.answers))


def name(status: int) -> str:
    """Return the name of the response component of a status."""
    return HTTPStatus(status).phrase.title().replace(" ", "")


def responses() -> dict[str, Any]:
    """Return the response components, one for each status."""
    return {
        name(status): {
            "description": TEXTS[status],
            "headers": {
                header: {"$ref": f"#/components/headers/{header}"}
                for header in ("X-Request-ID", *HEADERS.get(status, ()))
            },
            "content": {
                MEDIA: {
                    "schema": _schema(status, known),
                    "example": problem(
                        status, known[0], TEXTS[status], request_id="order-17"
                    ),
                }
            },
        }
        for status, known in codes().items()
    }


def _schema(status: int, known: list[str]) -> dict[str, Any]:
    narrower = {"status": {"const": status}, "code": {"enum": known}}
    return {
        "allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": narrower}]
    }
