"""A task comes to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from tasks_app import broadcast
from tasks_app.errors import IdempotencyConflictError
from tasks_app.events import Kind, Origin
from tasks_app.models import Batch, Task
from tasks_app.statuses import Status

from ._insert import insert
from ._write import Event

Row = Mapping[str, Any]  # the columns of a task that a submission decides


def create(*, origin: Origin, **fields: Any) -> Task:
    """Create a pending task with its first event, and return it.

    `fields` are a row. The same owner and idempotency key answer the task they made
    before; raises IdempotencyConflictError when `idempotency_hash` says that it was for
    something else.
    """
    (task,) = create_many([fields], origin=origin)
    return task


def create_many(
    rows: Sequence[Row], *, origin: Origin, batch: Batch | None = None
) -> list[Task]:
    """Create a task for each row, all or none, as `create` does one; in their order.

    The first row has the key of all.
    """
    try:
        # Only a key can clash, and only then is there something to go back from.
        with transaction.atomic(savepoint=bool(rows[0].get("idempotency_key"))):
            return _earlier(rows) or _created(rows, batch, origin)
    except IntegrityError:
        # Two requests with one key at once: the other was first, so its tasks are ours.
        if earlier := _earlier(rows):
            return earlier
        raise


def _created(rows: Sequence[Row], batch: Batch | None, origin: Origin) -> list[Task]:
    tasks = [_task(row, batch, origin) for row in rows]
    how = ", to retry another with other parameters" if tasks[0].retry_of_id else ""
    event = Event(
        Kind.STATUS,
        to_status=Status.PENDING,
        message=f"Submitted by {origin.actor or origin.source}{how}.",
        origin=origin,
    )
    insert(tasks, event)
    for task in tasks:
        broadcast.task_changed(task)
    return tasks


def _task(row: Row, batch: Batch | None, origin: Origin) -> Task:
    upload = row.get("upload")
    facts: dict[str, Any] = {"batch": batch, **row}
    if upload is not None:
        facts["original_filename"] = upload.original_name
    return Task(source=origin.source, **facts)


def _earlier(rows: Sequence[Row]) -> list[Task]:
    """Return the tasks that the key of the first row made before, if it did."""
    first = rows[0]
    if not first.get("idempotency_key"):
        return []
    task = Task.objects.filter(
        owner=first["owner"], idempotency_key=first["idempotency_key"]
    ).first()
    if task is None:
        return []
    if task.idempotency_hash != first["idempotency_hash"]:
        raise IdempotencyConflictError
    if len(rows) == 1:
        return [task]
    return list(Task.objects.filter(batch=task.batch_id).order_by("pk"))
