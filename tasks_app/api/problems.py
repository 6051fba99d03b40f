"""The only map from errors to HTTP: RFC 9457 `application/problem+json`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from tasks_app.errors import (
    DATABASE_AWAY,
    AnsweredError,
    IdempotencyConflictError,
    IllegalTransitionError,
    InvalidInputError,
    KeptError,
    LeaseLostError,
    NotAskedError,
    NotClaimableError,
    NotPermittedError,
    TaskBusyError,
    TaskError,
    TaskGoneError,
    UnansweredError,
    VersionMismatchError,
)
from tasks_app.errors import problem as document
from tasks_app.models.storable import storable
from tasks_app.trace import current

from .limits import TooManyRequestsError
from .parsers import too_much

STATUS_OF: Final[dict[type[TaskError], int]] = {
    InvalidInputError: 400,
    NotPermittedError: 403,
    TaskGoneError: 404,
    IllegalTransitionError: 409,
    KeptError: 409,
    UnansweredError: 409,
    AnsweredError: 409,
    VersionMismatchError: 409,
    TaskBusyError: 409,
    LeaseLostError: 409,
    NotClaimableError: 409,
    NotAskedError: 409,
    IdempotencyConflictError: 422,
}
NON_FIELD: Final = api_settings.NON_FIELD_ERRORS_KEY  # of the object itself
RETRY_SECONDS: Final = "5"  # when the database is away
# Of draft-ietf-httpapi-ratelimit-headers-10, with the member `violated-policies`.
QUOTA_EXCEEDED: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"
CSRF: Final = (
    "A request that changes something must carry the CSRF token of its session as"
    " X-CSRFToken, and come from a page of this site. Programs use a bearer token."
)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer for `error`; None for one that is a bug."""
    set_rollback()
    if isinstance(error, TaskError):
        return _task_error(error)
    if isinstance(error, OperationalError | InterfaceError):
        response = problem(503, "database_unavailable", DATABASE_AWAY)
        response["Retry-After"] = RETRY_SECONDS
        return response
    if isinstance(error, Http404):
        error = exceptions.NotFound(
            "There is no such thing here, or you may not see it."
        )
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, SuspiciousOperation | BadRequest | UnreadablePostError):
        error = _broken(error)
    return _api_exception(error) if isinstance(error, exceptions.APIException) else None


def _broken(error: Exception) -> exceptions.APIException:
    """Return what to answer to a request that Django itself could not take."""
    if isinstance(error, RequestDataTooBig):
        return too_much()
    if isinstance(error, TooManyFieldsSent):
        return exceptions.ParseError("The form has too many fields.")
    return exceptions.ParseError("The request cannot be understood, or broke off.")


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """Return a problem document; `more` are members of its own."""
    # What was asked is repeated here, and may hold what no answer can.
    more["request_id"] = current().request_id
    body = storable(document(status, code, detail, **more))
    return Response(body, status=status, content_type="application/problem+json")


def _task_error(error: TaskError) -> Response:
    more: dict[str, Any] = {}
    if isinstance(error, InvalidInputError):
        more["errors"] = error.errors
    if isinstance(error, LeaseLostError | NotClaimableError) and error.status:
        more["current_status"] = error.status
    if isinstance(error, IllegalTransitionError):
        more |= {"current_status": error.status, "actions": error.actions}
    if isinstance(error, VersionMismatchError):
        more |= {"current_status": error.status, "version": error.version}
    return problem(STATUS_OF.get(type(error), 400), error.code, str(error), **more)


def _api_exception(error: exceptions.APIException) -> Response:
    more: dict[str, Any] = {}
    detail = error.detail
    if isinstance(error, exceptions.ValidationError):
        more["errors"] = named(detail)
        sentences = [
            f"{name}: {' '.join(said)}" if name else " ".join(said)
            for name, said in more["errors"].items()
        ]
        response = problem(400, "invalid_input", " ".join(sentences), **more)
    else:
        if isinstance(error, TooManyRequestsError):
            more = {"type": QUOTA_EXCEEDED, "violated-policies": [error.scope]}
        code, text = getattr(detail, "code", error.default_code), str(detail)
        if text.startswith("CSRF Failed"):
            code, text = "csrf_failed", CSRF
        response = problem(error.status_code, str(code), text, **more)
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(math.ceil(wait))
    return response


def named(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Return DRF's nested detail as sentences by dotted names, as `tasks.0.title`."""
    if isinstance(detail, dict):
        parts = list(detail.items())
    elif any(isinstance(part, dict | list) for part in detail):
        parts = list(enumerate(detail))
    else:
        texts = [detail] if isinstance(detail, str) else detail
        return {name: [str(text) for text in texts]} if texts else {}
    found: dict[str, list[str]] = {}
    for key, part in parts:
        inner = "" if key == NON_FIELD else str(key)
        path = f"{name}.{inner}" if name and inner else name or inner
        for at, sentences in named(part, path).items():
            found.setdefault(at, []).extend(sentences)
    return found


@contextmanager
def fields_of(name: str) -> Iterator[None]:
    """Name the fields inside `name` as a body does that has them at its top."""
    try:
        yield
    except InvalidInputError as error:
        fields = error.errors.items()
        told = {field.removeprefix(f"{name}."): texts for field, texts in fields}
        raise InvalidInputError(told) from None
