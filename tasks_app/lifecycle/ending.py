"""How the holder of an attempt ends it. Fenced like every write of an attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from tasks_app.errors import TaskBusyError
from tasks_app.events import WORKER, Kind, Origin
from tasks_app.models import Task
from tasks_app.models.event import DETAIL
from tasks_app.models.storable import storable
from tasks_app.redact import sentence, without_secrets
from tasks_app.statuses import FINAL, Status

from ._write import Event, Sql, change, later, now
from .attempt import Progress, holding, last, renew, still
from .lifetime import time_to_live

TRIES: Final = 20  # requests that come while the attempt ends
STOPPED: Final = "Stopped, as asked."
KEPT: Final = 8_000  # characters of a detail in the history; the feed tells 500 at once

# status after, sentence, columns, facts of the event
Move = tuple[Status, str, dict[str, Any], dict[str, Any]]


def complete(
    task: Task,
    *,
    result: Any,
    progress: Progress | None = None,
    origin: Origin = WORKER,
) -> Task:
    """End the task well, or with errors when any were noted; `progress` is the last."""
    with_errors = task.error_count > 0
    status = Status.COMPLETED_WITH_ERRORS if with_errors else Status.COMPLETED
    count = task.error_count
    noted = "1 error was" if count == 1 else f"{count:,} errors were"
    message = f"Finished; {noted} noted on the way." if with_errors else "Finished."
    values = {
        "result": storable(result),
        "position": None,
        "error_code": "",
        "error_message": "",
        "error_detail": "",
    }
    return _end(task, status, message, {**values, **last(progress)}, origin=origin)


def fail(
    task: Task,
    *,
    code: str,
    message: str,
    detail: str = "",
    progress: Progress | None = None,
    origin: Origin = WORKER,
) -> Task:
    """End the task badly. `message` is for its users, `detail` for permitted staff."""
    text, shown = sentence(message), without_secrets(detail)
    values = {
        "error_code": code[:100],
        "error_message": text,
        "error_detail": shown,
    }
    values |= last(progress)
    data = {"code": code, **detailed(shown)}
    return _end(task, Status.FAILED, text, values, data, origin=origin)


def release(
    task: Task,
    *,
    delay: float,
    code: str,
    message: str,
    detail: str = "",
    progress: Progress | None = None,
    origin: Origin = WORKER,
) -> Task:
    """Give the attempt back after a failure; the next may start in `delay` seconds.

    Somebody may have asked to cancel or to pause meanwhile: then that is what happens.
    """
    text, shown = sentence(message), without_secrets(detail)
    values = {
        **last(progress),
        "error_code": code[:100],
        "error_message": text,
        "error_detail": shown,
        "not_before": later(delay),
        "published_at": None,
        "pause_requested_at": None,
    }
    data = {"code": code, "delay": round(delay, 1), **detailed(shown)}

    def move(row: Task) -> Move:
        if row.cancel_requested_at:
            return Status.CANCELLED, STOPPED, last(progress), {}
        paused = row.pause_requested_at is not None
        return (Status.PAUSED if paused else Status.PENDING), text, values, data

    return _as_asked(task, move, origin)


def obey(
    task: Task, *, progress: Progress | None = None, origin: Origin = WORKER
) -> Task:
    """Stop at a checkpoint, as somebody asked: for good, or for now.

    A pause uses up no attempt. One that was taken back meanwhile makes the task wait
    for its next attempt.
    """
    values = {
        **last(progress),
        "max_attempts": Sql("max_attempts + 1"),
        "pause_requested_at": None,
        "published_at": None,
    }

    def move(row: Task) -> Move:
        if row.cancel_requested_at:
            return Status.CANCELLED, STOPPED, last(progress), {}
        if row.pause_requested_at:
            return Status.PAUSED, "Paused, as asked.", values, {}
        return Status.PENDING, "The pause was taken back in time.", values, {}

    return _as_asked(task, move, origin)


def detailed(detail: str) -> dict[str, str]:
    """Return the event's own copy of a detail: the row keeps that of the last only.

    Of a long one the beginning and the end. Who may see it is known to `event_wire`.
    """
    if len(detail) > KEPT:
        half = KEPT // 2
        detail = f"{detail[:half]}\n[shortened]\n{detail[-half:]}"
    return {DETAIL: detail} if detail else {}


def ask(
    task: Task,
    *,
    question: dict[str, Any],
    progress: Progress | None = None,
    origin: Origin = WORKER,
) -> Task:
    """Pause the task until a person answers; it uses up no attempt.

    `question` has a `key`, a `text` and `choices`. Who asked to cancel gets that.
    """
    values = {
        **last(progress),
        "question": storable(question),
        "max_attempts": Sql("max_attempts + 1"),
        "pause_requested_at": None,
        "published_at": None,
    }

    def move(row: Task) -> Move:
        if row.cancel_requested_at:
            return Status.CANCELLED, STOPPED, last(progress), {}
        facts = {"question": question["text"], "choices": question["choices"]}
        return Status.PAUSED, sentence(question["text"]), values, storable(facts)

    return _as_asked(task, move, origin)


def as_seen(task: Task) -> list[Sql]:
    """Conditions that hold while nobody asked for more, or less, than `task` shows."""
    return [
        Sql(f"{column} IS {'NULL' if getattr(task, column) is None else 'NOT NULL'}")
        for column in ("cancel_requested_at", "pause_requested_at")
    ]


def leaving(task: Task, status: Status) -> dict[str, Any]:
    """Return the columns that every way out of processing sets."""
    values: dict[str, Any] = {
        "status": status,
        "status_updated_at": now(),
        "lease_token": None,
        "lease_expires_at": None,
    }
    return {**values, **(finishing(task.operation, status) if status in FINAL else {})}


def finishing(operation: str, status: Status) -> dict[str, Any]:
    """Return the columns that every final status sets."""
    return {
        "finished_at": now(),
        "expires_at": later(time_to_live(operation, status).total_seconds()),
        "cancel_requested_at": None,
        "pause_requested_at": None,
        "question": None,
    }


def _as_asked(task: Task, decide: Callable[[Task], Move], origin: Origin) -> Task:
    """End the attempt by what the row asks for; look again when that changes."""
    for _ in range(TRIES):
        status, message, values, data = decide(task)
        facts = status, message, values, data
        ended = _ended(task, *facts, origin=origin, also=as_seen(task))
        if ended is not None:
            return ended
        task = renew(task)  # also says what was asked meanwhile
    raise TaskBusyError("The task changes too fast just now.")


def _end(
    task: Task,
    status: Status,
    message: str,
    values: dict[str, Any],
    data: dict[str, Any] | None = None,
    *,
    origin: Origin,
) -> Task:
    return still(_ended(task, status, message, values, data or {}, origin=origin))


def _ended(
    task: Task,
    status: Status,
    message: str,
    values: dict[str, Any],
    data: dict[str, Any],
    *,
    origin: Origin,
    also: Iterable[Sql] = (),
) -> Task | None:
    return change(
        task.pk,
        values={**leaving(task, status), **values},
        guard=holding(task),
        also=also,
        event=Event(
            Kind.STATUS,
            from_status=Status.PROCESSING,
            to_status=status,
            step=task.step,
            message=message,
            data=data,
            origin=origin,
        ),
    )
