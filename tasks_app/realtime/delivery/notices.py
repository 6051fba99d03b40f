"""The sentence for an owner whose task has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tasks_app.statuses import Status

MOST: Final = 3  # with more at once, one sentence tells of all
LEVEL: Final[Mapping[str, str]] = {
    Status.COMPLETED: "success",
    Status.COMPLETED_WITH_ERRORS: "warning",
    Status.FAILED: "error",
    Status.CANCELLED: "info",
}
WORDS: Final[Mapping[str, str]] = {
    Status.COMPLETED: "is completed",
    Status.COMPLETED_WITH_ERRORS: "is completed, with errors",
    Status.FAILED: "has failed",
    Status.CANCELLED: "was cancelled",
}
GRAVEST: Final = (Status.FAILED, Status.COMPLETED_WITH_ERRORS, Status.CANCELLED)


def about(tasks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield `level`, `text` and `task` of each notification for these ended tasks."""
    if len(tasks) > MOST:
        yield _about_many(tasks)
        return
    for task in tasks:
        name = task["title"] or task["original_filename"] or task["operation"]
        text = f"“{name}” {WORDS[task['status']]}."
        if task["status"] == Status.FAILED and task["error_message"]:
            text += f" {task['error_message']}"
        yield {"level": LEVEL[task["status"]], "text": text, "task": task["id"]}


def _about_many(tasks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = Counter(task["status"] for task in tasks)
    parts = [
        f"{counts[status]} {status.label.lower()}"
        for status in Status
        if counts[status]
    ]
    gravest = next((s for s in GRAVEST if counts[s]), Status.COMPLETED)
    text = f"{len(tasks)} of your tasks have ended: {', '.join(parts)}."
    return {"level": LEVEL[gravest], "text": text, "task": None}
