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
    """Create a task for each row, all or none, as `create` does one; in their order."""
    try:
        with transaction.atomic():
            return _earlier(rows) or _created(rows, batch, origin)
    except IntegrityError:
        # Two requests with one key at once: the other was first, so its tasks are ours.
        if earlier := _earlier(rows):
            return earlier
        raise


def _created(rows: Sequence[Row], batch: Batch | None, origin: Origin) -> list[Task]:
    tasks = [_task(row, batch, origin) for row in rows]
    event = Event(
        Kind.STATUS,
        to_status=Status.PENDING,
        message=f"Submitted by {origin.actor or origin.source}.",
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
    """Return the tasks that the keys of these rows made before, if they did."""
    hashes = {row.get("idempotency_key"): row.get("idempotency_hash") for row in rows}
    if None in hashes:
        return []
    same_owner = Task.objects.filter(owner=rows[0]["owner"])
    found = same_owner.filter(idempotency_key__in=hashes)
    earlier = {task.idempotency_key: task for task in found}
    if not earlier:
        return []
    if {key: task.idempotency_hash for key, task in earlier.items()} != hashes:
        raise IdempotencyConflictError
    return [earlier[key] for key in hashes]
