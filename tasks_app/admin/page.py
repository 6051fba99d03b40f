"""What the page of one task shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404

from tasks_app.events import Source
from tasks_app.models import Task
from tasks_app.models.queries import sees_payload
from tasks_app.models.wire import artifacts_wire
from tasks_app.statuses import Status

from .results import Shown, parts
from .rows import Row
from .steering import is_id
from .words import lasting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from tasks_app.models import TaskEvent

NEWEST: Final = 200  # events; a task may have noted thousands of errors
SHORT: Final = timedelta(milliseconds=100)  # not worth telling


@dataclass(frozen=True, slots=True)
class Moment:
    """An event and how long after the first it came."""

    event: TaskEvent
    after: str

    @property
    def words(self) -> list[str]:
        """What the message leaves open: the new status, which attempt, through what."""
        event = self.event
        words = [str(Status(event.to_status).label)] if event.to_status else []
        if event.to_status == Status.PROCESSING:
            words.append(f"attempt {event.attempt}")
        if event.source in Source.values and event.source != Source.WORKER:
            words.append(f"through: {Source(event.source).label}")
        return words


def page_of(pk: str, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of the page; raises Http404 for who may not see the task."""
    visible = Task.objects.visible_to(user).select_related("owner", "upload", "batch")
    task = visible.filter(pk=pk).first() if is_id(pk) else None
    if task is None:
        raise Http404("There is no such task, or you may not see it.")
    is_open = sees_payload(user, task)
    newest = list(task.events.order_by("-version")[: NEWEST + 1])
    return {
        "title": task.title,
        "task": task,
        "row": Row(task, user),
        "moments": [_moment(event, task) for event in reversed(newest[:NEWEST])],
        "is_cut": len(newest) > NEWEST,
        "artifacts": artifacts_wire(task, task.artifacts.all()),
        "result": parts(task.result),
        "detail": task.error_detail if is_open else "",
        "params": parts(task.params) if is_open else None,
        "spans": spans(task),
    }


def spans(task: Task) -> Shown:
    """Return how long the task waited and ran, as far as it got."""
    found: Shown = []
    if task.started_at is not None:
        found.append(("Waited", lasting(task.started_at - task.created_at)))
        if task.finished_at is not None:
            found.append(("Took", lasting(task.finished_at - task.started_at)))
    return found


def _moment(event: TaskEvent, task: Task) -> Moment:
    span = event.at - task.created_at
    return Moment(event, f"+{lasting(span)}" if span >= SHORT else "")
