"""The last runs of a schedule, twenty on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .blocks import SHOWN, page_of_runs, split

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tasks_app.models import Schedule

MOST: Final = 200  # runs that can be reached


def page_of_history(schedule: Schedule, request: HttpRequest) -> dict[str, Any]:
    """Return the runs of the page that the address names, and the pages beside it."""
    number = _number(request.GET.get("runs", ""))
    found = page_of_runs(schedule, request.user, first=(number - 1) * SHOWN)
    shown, has_more = split(found)
    return {
        "runs": shown,
        "newer": number - 1,
        "older": number + 1 if has_more and number * SHOWN < MOST else 0,
        "first": (number - 1) * SHOWN + 1,
    }


def _number(text: str) -> int:
    """Return the page, from 1 on; the first for what is no page."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
    return min(max(1, number), MOST // SHOWN)
