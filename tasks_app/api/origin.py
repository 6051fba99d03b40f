"""Who asks, for the history."""

from __future__ import annotations

from rest_framework.request import Request

from tasks_app.events import Origin, Source


def origin(request: Request) -> Origin:
    """Return who asks, through what, in which request."""
    return Origin(
        actor=request.user.get_username(),
        source=Source.API,
        request_id=request.META.get("request_id", ""),
    )
