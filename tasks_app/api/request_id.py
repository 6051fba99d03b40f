"""Gives every request an id, to be found again in answers, logs and histories."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

PLAIN: Final = re.compile(r"[\w.:+/=-]{1,100}")  # nothing that could forge a log line


class RequestIdMiddleware:
    """Takes `X-Request-ID` when it is plain, else makes one, and returns it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        chosen = given if PLAIN.fullmatch(given) else uuid.uuid4().hex
        request.META["request_id"] = chosen
        response = self.get_response(request)
        response["X-Request-ID"] = chosen
        return response
