"""What the page of one task shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from django.http import Http404
from django.utils import timezone

from tasks_app.events import Kind, Source
from tasks_app.models import Task
from tasks_app.models.queries import sees_payload, sees_upload
from tasks_app.models.waiting import waiting
from tasks_app.models.wire import artifacts_wire, question_wire
from tasks_app.operations import registry
from tasks_app.operations.retrying import may_edit
from tasks_app.operations.steering import may_start
from tasks_app.statuses import Status

from .attempts import Axis, attempts_of
from .results import links_of, parameters, result
from .rows import Row
from .runs import runs_like
from .steering import is_id
from .waiting import Told, told
from .words import lasting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from tasks_app.models import TaskEvent

RETRIES: Final = 10
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
            words.append(f"worker {event.data.get('worker') or 'unknown'}")
        if event.actor and event.actor not in event.message:
            words.append(f"by {event.actor}")
        if event.source in Source.values and event.source != Source.WORKER:
            words.append(f"through: {Source(event.source).label}")
        return words


def found(pk: str, user: User | AnonymousUser) -> Task:
    """Return the task; raises Http404 for who may not see it."""
    visible = Task.objects.visible_to(user).select_related("owner", "upload", "batch")
    task = visible.filter(pk=pk).first() if is_id(pk) else None
    if task is None:
        raise Http404("There is no such task, or you may not see it.")
    return task


def page_of(task: Task, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of the page."""
    is_open = sees_payload(user, task)
    artifacts = artifacts_wire(task, task.artifacts.all())
    return {
        "title": task.title,
        "task": task,
        "row": Row(task, user),
        "waits": _waits(task),
        **_question(task, user),
        "now": f"{timezone.now().timestamp():.3f}",
        **_history(task, is_open=is_open),
        "artifacts": artifacts,
        **_payload(task, user, artifacts, is_open=is_open),
        "spans": spans(task),
        "runs": runs_like(task, user),
        **_kin(task, user),
        "has_upload": task.upload is not None and sees_upload(user, task),
        **_rights(task, user),
    }


def _waits(task: Task) -> Told | None:
    waits = waiting(task)
    return None if waits is None else told(waits, task)


def _question(task: Task, user: User | AnonymousUser) -> dict[str, Any]:
    may_answer = "answer" in task.actions_for(user)
    return {
        "question": question_wire(task),
        "may_answer": may_answer and may_start(task, "answer", cast("User", user)),
    }


def _payload(
    task: Task, user: User | AnonymousUser, artifacts: Any, *, is_open: bool
) -> dict[str, Any]:
    """Return what the task was told, for who may see that, and what it returned."""
    told = task.params if is_open else None
    links = links_of(task.result, told, user=user, artifacts=artifacts)
    kind = registry.lookup(task.operation)
    schema = kind.params if kind else {}
    return {
        "result": result(task.result, schema, links),
        "params": parameters(told, schema, links),
    }


def _history(task: Task, *, is_open: bool) -> dict[str, Any]:
    newest = list(task.events.order_by("-version")[: NEWEST + 1])
    moves = task.events.filter(kind=Kind.STATUS).order_by("-version")[:NEWEST]
    attempts = attempts_of(task, reversed(moves), is_open=is_open)
    return {
        "moments": [_moment(event, task) for event in reversed(newest[:NEWEST])],
        "is_cut": len(newest) > NEWEST,
        "attempts": attempts,
        "newest_detail": next((each.number for each in attempts if each.detail), None),
        "axis": Axis(task),
    }


def _kin(task: Task, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the task this one retries, and those that retry it, as far as visible."""
    visible = Task.objects.visible_to(user).only("pk", "title", "status", "created_at")
    retries = visible.filter(retry_of=task.pk).order_by("-created_at")
    return {
        "retry_of": visible.filter(retries=task.pk).first(),
        "retries": retries[:RETRIES],
    }


def _rights(task: Task, user: User | AnonymousUser) -> dict[str, bool]:
    """Return what is offered besides the buttons every row has."""
    actions = task.actions_for(user)
    return {
        "can_edit": "retry" in actions and may_edit(task, cast("User", user)),
        "can_delete": "delete" in actions,
        "can_keep": "keep" in actions,
        "can_unkeep": "unkeep" in actions,
        "may_delete": task.permits(user, "delete"),
    }


def spans(task: Task) -> list[tuple[str, str]]:
    """Return how long the task waited and ran, as far as it got."""
    found: list[tuple[str, str]] = []
    if task.started_at is not None:
        found.append(("Waited", lasting(task.started_at - task.created_at)))
        if task.finished_at is not None:
            found.append(("Took", lasting(task.finished_at - task.started_at)))
    return found


def _moment(event: TaskEvent, task: Task) -> Moment:
    span = event.at - task.created_at
    return Moment(event, f"+{lasting(span)}" if span >= SHORT else "")
