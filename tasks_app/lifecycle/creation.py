"""A task comes to be."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from tasks_app import broadcast
from tasks_app.errors import IdempotencyConflictError
from tasks_app.events import Kind, Origin
from tasks_app.models import Task
from tasks_app.models.feed import NextPosition
from tasks_app.statuses import Status

from ._write import Event, raise_position, record


def create(*, origin: Origin, **fields: Any) -> Task:
    """Create a pending task with its first event, and return it.

    `fields` are the columns of a task that a submission decides. The same owner and
    idempotency key answer the task they made before; raises IdempotencyConflictError
    when `idempotency_hash` says that it was for something else.
    """
    key, upload = fields.get("idempotency_key"), fields.get("upload")
    if upload is not None:
        fields["original_filename"] = upload.original_name
    try:
        with transaction.atomic():
            if key and (earlier := _earlier(fields)):
                return earlier
            raise_position()
            task = Task.objects.create(
                source=origin.source, feed_position=NextPosition(), **fields
            )
            record(
                task,
                Event(
                    Kind.STATUS,
                    to_status=Status.PENDING,
                    message=f"Submitted by {origin.actor or origin.source}.",
                    origin=origin,
                ),
            )
            broadcast.task_changed(task)
            return task
    except IntegrityError:
        # Two requests with one key at once: the other was first, so its task is ours.
        if key and (earlier := _earlier(fields)):
            return earlier
        raise


def _earlier(fields: dict[str, Any]) -> Task | None:
    task = Task.objects.filter(
        owner=fields["owner"], idempotency_key=fields["idempotency_key"]
    ).first()
    if task and task.idempotency_hash != fields["idempotency_hash"]:
        raise IdempotencyConflictError
    return task
