"""Errors that no view of the API has seen, as problem documents; people get pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.common import CommonMiddleware
from django.template import loader
from django.urls import is_valid_path
from django.views import defaults
from rest_framework.permissions import SAFE_METHODS

from tasks_app.errors import DATABASE_AWAY, problem
from tasks_app.trace import current

KIND: Final = "application/problem+json"
FOR_PROGRAMS: Final = ("/api/", "/task-status", "/readyz", "/healthz", "/metrics")
TEXTS: Final = {
    400: ("bad_request", "The request cannot be understood."),
    403: ("permission_denied", "You may not do this."),
    404: ("not_found", "There is no such thing here, or you may not see it."),
    405: ("method_not_allowed", "This address does not take such a request."),
    413: ("too_large", "The request is larger than anything that is taken here."),
    500: (
        "server_error",
        "Something went wrong here. It was noted with the id of this request.",
    ),
    503: ("database_unavailable", DATABASE_AWAY),
}


def is_for_programs(path: str) -> bool:
    """Whether a program asks at this address, and cannot read a page."""
    return path == "/api" or path.startswith(FOR_PROGRAMS)


def document(status: int, detail: str = "") -> dict[str, Any]:
    """Return the problem document of an error of which only the status is known."""
    phrase = HTTPStatus(status).phrase
    code, text = TEXTS.get(status, (phrase.lower().replace(" ", "_"), f"{phrase}."))
    return problem(status, code, detail or text, request_id=current().request_id)


class ProblemMiddleware:
    """Makes a problem document of every other error that a program is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        status = response.status_code
        told = response.get("Content-Type", "").endswith("json")
        if status < 400 or told or not is_for_programs(request.path):
            return response
        if status == 500 and settings.DEBUG:
            return response  # the page with the source code
        path = _with_slash(request) if status == 404 else ""
        detail = f"Addresses end in a slash: {path}" if path else ""
        body = document(status, detail)
        answer = JsonResponse(body, status=status, content_type=KIND)
        for name in ("Allow", "Retry-After"):
            if name in response:
                answer[name] = response[name]
        return answer


class SlashMiddleware(CommonMiddleware):
    """Sends nobody elsewhere whose request would lose its body on the way."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Whether to answer with the address that ends in a slash."""
        if request.method not in SAFE_METHODS and is_for_programs(request.path):
            return False
        return bool(super().should_redirect_with_slash(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500, a bug: the answer tells nothing of it. 503 when the database is away."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return defaults.server_error(request)
    page = loader.render_to_string("503.html")  # asks nothing of the database
    return HttpResponse(page, status=503, headers={"Retry-After": 5})


def _with_slash(request: HttpRequest) -> str:
    path = f"{request.path_info}/"
    return path if not path.endswith("//") and is_valid_path(path) else ""
