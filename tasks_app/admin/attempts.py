"""The attempts of a task as spans on one axis of time, each with its own error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from tasks_app.events import Source
from tasks_app.models.event import DETAIL
from tasks_app.statuses import Status

from .words import lasting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tasks_app.models import Task, TaskEvent

MOST: Final = 50  # attempts that are shown, the newest
WIDTH: Final = 1_000  # of the axis, in units of its SVG
THIN: Final = 6  # of a span too short to be seen

# How an attempt ended, by the status after: a word, and the colour that goes with it.
RESULTS: Final = {
    "": ("Running", "processing"),
    Status.COMPLETED: ("Completed", "completed"),
    Status.COMPLETED_WITH_ERRORS: ("Completed with errors", "completed_with_errors"),
    Status.FAILED: ("Failed", "failed"),
    Status.CANCELLED: ("Cancelled", "cancelled"),
    Status.PAUSED: ("Paused", "paused"),
    Status.PENDING: ("Failed, tried again", "failed"),
}
HELD: Final = ("Given back", "paused")  # a pause that was taken back in time
LOST: Final = ("Worker lost", "failed")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; `left` and `width` are its place on the axis."""

    number: int
    result: str
    status: str
    worker: str
    started_at: datetime
    after: str
    took: str
    left: int
    width: int
    error: str = ""
    code: str = ""
    detail: str = ""


def attempts_of(
    task: Task, events: Iterable[TaskEvent], *, is_open: bool
) -> list[Attempt]:
    """Return the attempts that `events`, oldest first, tell of, newest first.

    Details of errors come only when `is_open`.
    """
    spans: list[tuple[TaskEvent, TaskEvent | None]] = []
    for event in events:
        if event.to_status == Status.PROCESSING:
            spans.append((event, None))
        elif event.from_status == Status.PROCESSING and spans:
            spans[-1] = (spans[-1][0], event)
    axis = Axis(task)
    found = [_attempt(*span, axis) for span in spans[-MOST:]][::-1]
    if not is_open:
        return [replace(each, detail="") for each in found]
    return _with_whole_detail(found, task)


class Axis:
    """The time from a task's creation to its end, or to now."""

    def __init__(self, task: Task) -> None:
        self.start = task.created_at
        self.end = task.finished_at or timezone.now()
        self.seconds = max(0.001, (self.end - self.start).total_seconds())

    @property
    def length(self) -> str:
        """How long the axis is, in words."""
        return lasting(self.end - self.start)

    def place(self, moment: datetime) -> int:
        """Return where `moment` is, from 0 to WIDTH."""
        passed = (moment - self.start).total_seconds()
        return max(0, min(WIDTH, round(passed / self.seconds * WIDTH)))


def _with_whole_detail(found: list[Attempt], task: Task) -> list[Attempt]:
    """Return the attempts; of the last error the row has the whole detail."""
    last = next((each for each in found if each.code), None)
    if last is None or not task.error_detail:
        return found
    whole = replace(last, detail=task.error_detail)
    return [whole if each is last else each for each in found]


def _attempt(start: TaskEvent, end: TaskEvent | None, axis: Axis) -> Attempt:
    until = end.at if end else axis.end
    left = min(axis.place(start.at), WIDTH - THIN)
    result, status = _result(end)
    data: dict[str, Any] = end.data if end else {}
    return Attempt(
        number=start.attempt,
        result=result,
        status=status,
        worker=str(start.data.get("worker", "")),
        started_at=start.at,
        after=lasting(start.at - axis.start),
        took=lasting(until - start.at),
        left=left,
        width=max(THIN, axis.place(until) - left),
        error=end.message if end and status == "failed" else "",
        code=str(data.get("code", "")),
        detail=str(data.get(DETAIL, "")),
    )


def _result(end: TaskEvent | None) -> tuple[str, str]:
    if end is None:
        return RESULTS[""]
    if end.source == Source.KEEPER:
        return LOST
    if end.to_status == Status.PENDING and "code" not in end.data:
        return HELD
    return RESULTS[end.to_status]
