"""A task as it goes out: the same object over REST, sockets and to the pages."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from tasks_app.events import ArtifactWire, QuestionWire, TaskWire
from tasks_app.statuses import FINAL, Status, is_open

from .event import DETAIL
from .queries import LARGEST_TOLD, opens_payloads, sees_payload

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser, User

    from .event import TaskEvent
    from .files import Artifact
    from .task import Task


def iso(moment: datetime | None) -> str | None:
    """Return `moment` as ISO 8601 in UTC with milliseconds, as RFC 3339 writes it."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def to_wire(task: Task, *, owner: str | None) -> TaskWire:
    """Return what may be told about `task` to everybody who may see it.

    The owner's name is handed in: it never changes, so a worker reads it once.
    """
    return {
        "id": str(task.pk),
        "operation": task.operation,
        "title": task.title,
        "original_filename": task.original_filename,
        "status": task.status,
        "status_label": task.get_status_display(),
        "status_updated_at": iso(task.status_updated_at) or "",
        "version": task.version,
        "attempt": task.attempt,
        "max_attempts": task.max_attempts,
        "priority": task.priority,
        "queue": task.queue,
        "owner": owner,
        "source": task.source,
        "progress": {
            "current": task.progress_current,
            "total": task.progress_total,
            "percent": task.percent,
            "message": task.progress_message,
        },
        "step": task.step,
        "error_count": task.error_count,
        "error_code": task.error_code,
        "error_message": task.error_message,
        "cancel_requested": task.cancel_requested_at is not None,
        "pause_requested": task.pause_requested_at is not None,
        "question": question_wire(task),
        "not_before": iso(task.not_before),
        "created_at": iso(task.created_at) or "",
        "started_at": iso(task.started_at),
        "finished_at": iso(task.finished_at),
        "expires_at": iso(task.expires_at),
        "kept": task.kept,
        "retry_of": str(task.retry_of_id) if task.retry_of_id else None,
        "batch": str(task.batch_id) if task.batch_id else None,
    }


def question_wire(task: Task) -> QuestionWire | None:
    """Return what the task waits to be told; None when it waits for no answer."""
    question = task.question
    if task.status != Status.PAUSED or question is None or not is_open(question):
        return None
    return {"text": question["text"], "choices": question["choices"]}


def row_wire(task: Task) -> TaskWire:
    """Return `to_wire` of a row read with its owner."""
    return to_wire(task, owner=task.owner.get_username() if task.owner else None)


def result_wire(task: Task) -> dict[str, Any]:
    """Return the member `result` of a task that is told of, or nothing.

    Only a final task has one. One that is large, or was not read, is left to be asked
    for over REST.
    """
    if task.status not in FINAL:
        return {"result": None}
    if "result" in task.get_deferred_fields():
        return {}
    small = len(json.dumps(task.result)) <= LARGEST_TOLD
    return {"result": task.result} if small else {}


def artifacts_wire(task: Task, artifacts: Iterable[Artifact]) -> list[ArtifactWire]:
    """Return the task's downloads; `url` is a path on this server."""
    return [
        {
            "name": artifact.name,
            "size": artifact.size,
            "content_type": artifact.content_type,
            "url": f"/api/v1/tasks/{task.pk}/artifacts/{artifact.pk}/",
        }
        for artifact in artifacts
        if not artifact.is_expired
    ]


def whole_wire(task: Task, user: User | AnonymousUser, *, large: bool) -> TaskWire:
    """Return the task as `user` may see it: with actions, artifacts and its result.

    `large` adds the result, and for who may see payloads the parameters and the detail
    of the error; the row must have been read whole.
    """
    wire = row_wire(task)
    wire["actions"] = task.actions_for(user)
    wire["artifacts"] = artifacts_wire(task, task.artifacts.all())
    if large:
        wire["result"] = task.result
        if sees_payload(user, task):
            wire["params"] = task.params
            wire["error_detail"] = task.error_detail
    return wire


def lease_wire(task: Task, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the task as its reporter needs it: how long the lease still holds."""
    told = whole_wire(task, user, large=False)
    return {**told, "lease_expires_at": iso(task.lease_expires_at)}


def claimed_wire(task: Task, user: User | AnonymousUser) -> dict[str, Any]:
    """Return a task just claimed: with the proof, its parameters and its file."""
    upload = task.upload and {
        "name": task.upload.original_name,
        "size": task.upload.size,
        "sha256": task.upload.sha256,
        "url": f"/api/v1/tasks/{task.pk}/upload/",
    }
    return {
        **lease_wire(task, user),
        "lease_token": str(task.lease_token),
        "params": task.params,
        "upload": upload,
    }


def event_wire(event: TaskEvent, user: User | AnonymousUser) -> dict[str, Any]:
    """Return a row of the history of a task that `user` may see.

    The detail of an error is for who may see payloads.
    """
    data = event.data
    if DETAIL in data and not opens_payloads(user):
        data = {name: value for name, value in data.items() if name != DETAIL}
    return {
        "version": event.version,
        "kind": event.kind,
        "from_status": event.from_status or None,
        "to_status": event.to_status or None,
        "step": event.step,
        "message": event.message,
        "data": data,
        "attempt": event.attempt,
        "actor": event.actor,
        "source": event.source,
        "request_id": event.request_id,
        "at": iso(event.at),
    }
