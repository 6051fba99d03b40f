"""How the holder of an attempt ends it. Fenced like every write of an attempt."""

from __future__ import annotations

from typing import Any

from tasks_app.conf import setting
from tasks_app.errors import LeaseLostError
from tasks_app.events import WORKER, Kind, Origin
from tasks_app.models import Task
from tasks_app.statuses import FINAL, Status

from ._write import Event, Sql, change, later, now
from .attempt import holding, progress_values
from .redact import sentence, without_secrets


def complete(
    task: Task, *, result: Any, progress: tuple[int, int | None, str] | None = None
) -> Task:
    """End the task well, or with errors when any were noted; `progress` is the last."""
    with_errors = task.error_count > 0
    status = Status.COMPLETED_WITH_ERRORS if with_errors else Status.COMPLETED
    message = (
        f"Finished; {task.error_count:,} errors were noted on the way."
        if with_errors
        else "Finished."
    )
    values = {"result": result, "position": None, "error_code": "", "error_message": ""}
    return _end(task, status, message, {**values, **_last(progress)})


def fail(
    task: Task,
    *,
    code: str,
    message: str,
    detail: str = "",
    progress: tuple[int, int | None, str] | None = None,
) -> Task:
    """End the task badly. `message` is for its users, `detail` for permitted staff."""
    text = sentence(message)
    values = {
        "error_code": code[:100],
        "error_message": text,
        "error_detail": without_secrets(detail),
    }
    data = {"code": code}
    return _end(task, Status.FAILED, text, {**values, **_last(progress)}, data)


def release(
    task: Task, *, delay: float, code: str, message: str, detail: str = ""
) -> Task:
    """Give the attempt back after a failure; the next may start in `delay` seconds."""
    text = sentence(message)
    values = {
        "error_code": code[:100],
        "error_message": text,
        "error_detail": without_secrets(detail),
        "not_before": later(delay),
        "published_at": None,
    }
    data = {"code": code, "delay": round(delay, 1)}
    return _end(task, Status.PENDING, text, values, data)


def obey_cancel(task: Task) -> Task:
    """Stop at a checkpoint, as somebody asked."""
    return _end(task, Status.CANCELLED, "Stopped, as asked.", {})


def obey_pause(task: Task) -> Task:
    """Stop at a checkpoint for now. It uses up no attempt."""
    values = {"max_attempts": Sql("max_attempts + 1"), "pause_requested_at": None}
    return _end(task, Status.PAUSED, "Paused, as asked.", values)


def leaving(status: Status) -> dict[str, Any]:
    """Return the columns that every way out of processing sets."""
    values: dict[str, Any] = {
        "status": status,
        "status_updated_at": now(),
        "lease_token": None,
        "lease_expires_at": None,
    }
    return {**values, **(finishing() if status in FINAL else {})}


def finishing() -> dict[str, Any]:
    """Return the columns that every final status sets."""
    return {
        "finished_at": now(),
        "expires_at": later(setting("TIME_TO_LIVE").total_seconds()),
        "cancel_requested_at": None,
        "pause_requested_at": None,
    }


def _end(
    task: Task,
    status: Status,
    message: str,
    values: dict[str, Any],
    data: dict[str, Any] | None = None,
    *,
    origin: Origin = WORKER,
) -> Task:
    ended = change(
        task.pk,
        values={**leaving(status), **values},
        guard=holding(task),
        event=Event(
            Kind.STATUS,
            from_status=Status.PROCESSING,
            to_status=status,
            step=task.step,
            message=message,
            data=data or {},
            origin=origin,
        ),
    )
    if ended is None:
        raise LeaseLostError("The attempt is over: it ended, or its lease was lost.")
    return ended


def _last(progress: tuple[int, int | None, str] | None) -> dict[str, Any]:
    return progress_values(*progress) if progress else {}
