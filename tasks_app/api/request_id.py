"""Gives every request an id, to be found again in answers, logs and histories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tasks_app.trace import current, of_request, traced


class RequestIdMiddleware:
    """Takes `X-Request-ID` when it is plain, else makes one, and returns it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = current()
        if not trace.request_id:  # nothing is before Django
            trace = of_request(request.headers, peer=request.META["REMOTE_ADDR"])
        with traced(trace):
            trace.user = lambda: known_user(request)
            response = self.get_response(request)
        response["X-Request-ID"] = trace.request_id
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Note which task the address names."""
        if isinstance(kwargs.get("pk"), UUID):
            current().task = str(kwargs["pk"])


def known_user(request: HttpRequest) -> str:
    """Return the name of who asks, empty as long as nobody looked who that is."""
    user = vars(request).get("user")
    if isinstance(user, SimpleLazyObject):  # looking now would ask the database
        user = vars(request).get("_cached_user")
    return user.get_username() if user is not None else ""
