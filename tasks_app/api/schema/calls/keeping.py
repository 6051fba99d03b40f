"""The calls on which people keep a task from being cleaned up."""

from __future__ import annotations

from typing import Final

from .tasks import steering

TAGS: Final[dict[str, str]] = {}
CALLS: Final = (
    steering(
        "keep",
        "Keep a task",
        "A final task that is `kept` is not cleaned up when its time to live is over,"
        " nor deleted.",
    ),
    steering("unkeep", "Stop keeping a task", "Lets the task be cleaned up again."),
)
