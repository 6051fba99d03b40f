"""How long a task is kept after its end, by what it did and how it ended."""

from __future__ import annotations

from datetime import timedelta

from tasks_app.conf import setting


def time_to_live(operation: str, status: str) -> timedelta:
    """Return how long it is kept: the most exact rule counts, else TIME_TO_LIVE."""
    rules: dict[str, timedelta] = setting("TIME_TO_LIVE_BY")
    for key in (f"{operation}:{status}", operation, status):
        if key in rules:
            return rules[key]
    usual: timedelta = setting("TIME_TO_LIVE")
    return usual
