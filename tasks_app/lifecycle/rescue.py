"""What the keeper does with an attempt whose holder fell silent or would not stop."""

from __future__ import annotations

from typing import Any

from tasks_app.conf import setting
from tasks_app.events import KEEPER, Kind
from tasks_app.models import Task
from tasks_app.statuses import Status

from ._write import Event, Sql, change, later, now
from .attempt import holding
from .ending import as_seen, leaving


def expire(task: Task) -> Task | None:
    """Take the lease away; None when the holder renewed, ended or obeyed meanwhile.

    A cancelled task ends, a paused one is held, any other waits for its next attempt.
    A crash is no failure of the operation and uses up no attempt, but the third ends
    the task: a file that kills its worker would do so for ever.
    """
    crashes = task.crash_count + 1
    status, message, values = _after(task, crashes)
    grace = later(-setting("GRACE_SECONDS"))
    moment = now()
    return change(
        task.pk,
        values={**leaving(task, status), **values},
        guard={**holding(task), "crash_count": task.crash_count},
        also=(
            Sql(
                f"lease_expires_at <= {moment.text}"
                f" OR cancel_requested_at <= {grace.text}",
                (*moment.params, *grace.params),
            ),
            *as_seen(task),
        ),
        event=Event(
            Kind.STATUS,
            from_status=Status.PROCESSING,
            to_status=status,
            step=task.step,
            message=message,
            data={"worker": task.worker, "crash_count": crashes},
            origin=KEEPER,
        ),
    )


def _after(task: Task, crashes: int) -> tuple[Status, str, dict[str, Any]]:
    values: dict[str, Any] = {
        "crash_count": crashes,
        "max_attempts": Sql("max_attempts + 1"),
        "published_at": None,
    }
    if task.cancel_requested_at:
        return Status.CANCELLED, "Stopped: its worker did not answer the request.", {}
    if crashes >= setting("MAX_CRASHES"):
        message = (
            f"Its worker stopped answering {crashes} times while it ran, so it was not"
            " tried again. It may need more memory or time than the worker has."
        )
        failed = {"error_code": "worker_lost", "error_message": message}
        return Status.FAILED, message, {"crash_count": crashes, **failed}
    if task.pause_requested_at:
        values |= {"pause_requested_at": None}
        return Status.PAUSED, "Paused: its worker stopped answering.", values
    message = "Its worker stopped answering; another will go on with it."
    return Status.PENDING, message, values
