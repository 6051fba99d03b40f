"""What each event of the history adds to the numbers of its minute.

An attempt waited from when its task could be taken to when it was: not while it was
delayed. What ran is the attempt that ended the task; one that a person ended says
nothing of how long the work takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tasks_app.events import Kind
from tasks_app.models import TaskEvent
from tasks_app.models.histogram import bucket_of
from tasks_app.models.statistics import MINUTE, span_of
from tasks_app.models.tally import Tally
from tasks_app.statuses import FINAL, Status

BEGINNINGS: Final = (Status.PENDING, Status.PROCESSING)  # of waiting, of running

Tallies = dict[tuple[datetime, str], Tally]  # by minute and operation
Earlier = dict[UUID, list[TaskEvent]]


def moves(events: Iterable[TaskEvent]) -> list[TaskEvent]:
    """Return those that brought their task to another status."""
    return [event for event in events if event.kind == Kind.STATUS]


def tallies(events: Sequence[TaskEvent]) -> Tallies:
    """Return what the events add, by minute and operation."""
    counted: Tallies = defaultdict(Tally)
    moved = [
        event
        for event in moves(events)
        if event.to_status == Status.PROCESSING or event.to_status in FINAL
    ]
    earlier = _earlier(moved)
    for event in moved:
        tally = counted[span_of(event.at, MINUTE), event.task.operation]
        if event.to_status == Status.PROCESSING:
            _began(event, tally, earlier)
        else:
            _ended(event, tally, earlier)
    return counted


def _began(event: TaskEvent, tally: Tally, earlier: Earlier) -> None:
    tally.started += 1
    if pending := _last(earlier, event, Status.PENDING):
        span = event.at - _ready_at(pending, event)
        tally.waited[bucket_of(span.total_seconds())] += 1


def _ended(event: TaskEvent, tally: Tally, earlier: Earlier) -> None:
    name = event.to_status
    setattr(tally, name, getattr(tally, name) + 1)
    if event.from_status != Status.PROCESSING or name == Status.CANCELLED:
        return
    if began := _last(earlier, event, Status.PROCESSING):
        tally.ran[bucket_of((event.at - began.at).total_seconds())] += 1


def _ready_at(pending: TaskEvent, began: TaskEvent) -> datetime:
    """Return from when on a worker could have taken the task.

    The row may be of a later attempt by now: then its `not_before` is later too.
    """
    due = began.task.not_before
    if due is not None and pending.at < due <= began.at:
        return due
    return pending.at + timedelta(seconds=pending.data.get("delay", 0))


def _earlier(events: Iterable[TaskEvent]) -> Earlier:
    """Return when the tasks of these events began to wait and to run, in order."""
    found: Earlier = defaultdict(list)
    beginnings = TaskEvent.objects.filter(
        task__in={event.task_id for event in events},
        kind=Kind.STATUS,
        to_status__in=BEGINNINGS,
    )
    beginnings = beginnings.order_by("version")
    for event in beginnings.only("task_id", "version", "to_status", "data", "at"):
        found[event.task_id].append(event)
    return found


def _last(earlier: Earlier, event: TaskEvent, status: str) -> TaskEvent | None:
    for before in reversed(earlier[event.task_id]):
        if before.version < event.version and before.to_status == status:
            return before
    return None
