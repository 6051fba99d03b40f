"""What the holder of an attempt may write while it runs.

Each proves attempt and lease token, and renews the lease by the way. Raises
LeaseLostError when the attempt is over; then nothing was written.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from tasks_app.conf import setting
from tasks_app.errors import LeaseLostError
from tasks_app.events import WORKER, Kind, Origin
from tasks_app.models import Task
from tasks_app.models.storable import storable
from tasks_app.redact import sentence
from tasks_app.statuses import Status

from ._write import Event, Sql, change, later, now, touch

if TYPE_CHECKING:
    from uuid import UUID

Progress = tuple[int, int | None, str]  # current, total, message


def claim(
    task_id: UUID | str,
    *,
    worker: str,
    lease_seconds: float | None = None,
    external: bool = False,
    origin: Origin = WORKER,
) -> Task | None:
    """Give the task's next attempt to `worker`; None when it is not to be had.

    Not to be had: gone, not pending, not due yet, or somebody else was faster. That is
    no error, since the same message may come twice, late, or after a cancel. What is
    `external` reporters take, and nobody else. Each renewal of the lease reaches
    `lease_seconds` far, LEASE_SECONDS if not told.
    """
    seconds = setting("LEASE_SECONDS") if lease_seconds is None else lease_seconds
    token, moment = uuid.uuid4(), now()
    return change(
        task_id,
        values={
            "status": Status.PROCESSING,
            "status_updated_at": moment,
            "attempt": Sql("attempt + 1"),
            "lease_token": token,
            "report_token": token if external else None,
            "lease_expires_at": later(seconds),
            "lease_seconds": lease_seconds,
            "report_number": 0,
            "worker": worker[:200],
            "started_at": Sql(f"COALESCE(started_at, {moment.text})", moment.params),
            "error_count": Sql(
                "CASE WHEN position IS NULL THEN 0 ELSE error_count END"
            ),
        },
        guard={"status": Status.PENDING, "external": external},
        also=(
            Sql(f"not_before IS NULL OR not_before <= {moment.text}", moment.params),
        ),
        event=Event(
            Kind.STATUS,
            from_status=Status.PENDING,
            to_status=Status.PROCESSING,
            message="A worker started an attempt.",
            data={"worker": worker},
            origin=origin,
        ),
        whole=True,
    )


def take_report(task: Task, *, number: int) -> bool:
    """Note that the attempt's report `number` came; False when it had come before.

    Reports are numbered upwards, so one that is late or comes twice changes nothing.
    Raises LeaseLostError when the attempt is over and the number is new.
    """
    held = touch(
        task,
        values={"report_number": number, "lease_expires_at": lease()},
        guard=holding(task),
        also=(Sql("report_number < %s", (number,)),),
    )
    if held is not None:
        return True
    came = Task.objects.filter(pk=task.pk, attempt=task.attempt)
    if came.filter(report_token=task.lease_token, report_number__gte=number).exists():
        return False
    return bool(still(None))


def renew(task: Task) -> Task:
    """Keep the lease. No watcher can see that, so the version stays."""
    held = touch(task, values={"lease_expires_at": lease()}, guard=holding(task))
    return still(held)


def step(
    task: Task,
    *,
    key: str,
    message: str,
    data: dict[str, Any],
    progress: Progress | None = None,
    origin: Origin = WORKER,
) -> Task:
    """Record that the operation reached the stage `key`, and how far it was before."""
    text = sentence(message)
    held = change(
        task.pk,
        values={
            **last(progress),
            "step": key[:100],
            "progress_message": text[:500],
            "lease_expires_at": lease(),
        },
        guard=holding(task),
        event=Event(
            Kind.STEP, step=key, message=text, data=storable(data), origin=origin
        ),
    )
    return still(held)


def progress(task: Task, *, current: int, total: int | None, message: str) -> Task:
    """Write how far the operation is; the last value, no history."""
    held = change(
        task.pk,
        values={
            **progress_values(current, total, message),
            "lease_expires_at": lease(),
        },
        guard=holding(task),
    )
    return still(held)


def save_position(task: Task, *, position: Any) -> Task:
    """Keep where the operation is, for the attempt that goes on from there."""
    values = {"position": storable(position), "lease_expires_at": lease()}
    return still(touch(task, values=values, guard=holding(task)))


def note_error(
    task: Task, *, message: str, row: int | None = None, origin: Origin = WORKER
) -> Task:
    """Record an error that does not end the operation."""
    text = sentence(message)
    held = change(
        task.pk,
        values={
            "error_count": Sql("error_count + 1"),
            "lease_expires_at": lease(),
        },
        guard=holding(task),
        event=Event(
            Kind.ERROR,
            step=task.step,
            message=text if row is None else f"Row {row}: {text}",
            data={} if row is None else {"row": row},
            origin=origin,
        ),
    )
    return still(held)


def lease() -> Sql:
    """When a lease renewed now runs out."""
    default = (setting("LEASE_SECONDS"),)
    return later(Sql("COALESCE(lease_seconds, %s)", default))


def holding(task: Task) -> dict[str, Any]:
    """What proves that the caller holds the attempt: the fence of every write."""
    return {
        "status": Status.PROCESSING,
        "attempt": task.attempt,
        "lease_token": task.lease_token or uuid.UUID(int=0),
    }


def last(progress: Progress | None) -> dict[str, Any]:
    """Return the columns of a progress that waited to be written, if one did."""
    return progress_values(*progress) if progress else {}


def progress_values(current: int, total: int | None, message: str) -> dict[str, Any]:
    """Return the columns of a progress; an empty message leaves the one before."""
    values: dict[str, Any] = {
        "progress_current": max(0, current),
        "progress_total": None if total is None else max(0, total),
    }
    if message:
        values["progress_message"] = sentence(message)[:500]
    return values


def still(held: Task | None) -> Task:
    """Return `held`; raises LeaseLostError when the guarded write found no row."""
    if held is None:
        raise LeaseLostError("The attempt is over: it ended, or its lease was lost.")
    return held
