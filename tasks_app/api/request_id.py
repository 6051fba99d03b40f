"""Gives every request an id, to be found again in answers, logs and histories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tasks_app.trace import Trace, current, request_id, traced


class RequestIdMiddleware:
    """Takes `X-Request-ID` when it is plain, else makes one, and returns it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request_id(request.headers.get("X-Request-ID", ""))
        request.META["request_id"] = chosen
        with traced(current() or Trace(chosen)) as trace:
            trace.user = lambda: known_user(request)
            response = self.get_response(request)
        response["X-Request-ID"] = chosen
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Note which task the address names."""
        if (trace := current()) and "pk" in kwargs:
            trace.task = str(kwargs["pk"])


def known_user(request: HttpRequest) -> str:
    """Return the name of who asks, empty as long as nobody looked who that is."""
    user = vars(request).get("user")
    if isinstance(user, SimpleLazyObject):  # looking now would ask the database
        user = vars(request).get("_cached_user")
    return user.get_username() if user is not None else ""
