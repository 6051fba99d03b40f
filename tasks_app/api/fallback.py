"""Errors that no view of the API has seen, as problem documents; people get pages."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from tasks_app.errors import problem

FOR_PROGRAMS: Final = ("/api/", "/task-status", "/readyz", "/healthz", "/metrics")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken, as a host that is not ours."""
    text = "The request cannot be understood."
    return _answer(request, 400, "bad_request", text) or defaults.bad_request(
        request, exception
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: somebody is signed in and may not."""
    text = "You may not do this."
    return _answer(request, 403, "permission_denied", text) or (
        defaults.permission_denied(request, exception)
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address, in the same words as for a thing that may not be seen."""
    text = "There is no such thing here, or you may not see it."
    return _answer(request, 404, "not_found", text) or defaults.page_not_found(
        request, exception
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a bug; the answer tells nothing of it but where it is logged."""
    text = "Something went wrong here. It was noted with the id of this request."
    return _answer(request, 500, "server_error", text) or defaults.server_error(request)


def _answer(
    request: HttpRequest, status: int, code: str, detail: str
) -> HttpResponse | None:
    if not request.path.startswith(FOR_PROGRAMS):
        return None
    more: dict[str, Any] = {}
    if chosen := request.META.get("request_id"):
        more["request_id"] = chosen
    body = problem(status, code, detail, **more)
    kind = "application/problem+json"
    return JsonResponse(body, status=status, content_type=kind)
