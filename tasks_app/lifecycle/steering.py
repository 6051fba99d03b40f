"""What people ask of a task: cancel, pause, resume, retry, keep.

A request is a fact in the row. Each verb reads the status, decides, and writes only
where that status still holds; somebody else may be faster, then it looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tasks_app.errors import (
    AnsweredError,
    IdempotencyConflictError,
    IllegalTransitionError,
    InvalidInputError,
    KeptError,
    TaskBusyError,
    TaskGoneError,
    UnansweredError,
    VersionMismatchError,
)
from tasks_app.events import Kind, Origin
from tasks_app.models import Task
from tasks_app.models.queries import LARGE
from tasks_app.redact import sentence
from tasks_app.statuses import Status, is_open

from ._write import Event, Sql, change, now
from .ending import finishing

TRIES: Final = 20  # a task that moves twenty times meanwhile is being fought over

Move = tuple[dict[str, Any], str, str]  # columns, status after ("" = same), sentence


def cancel(
    task: Task,
    *,
    origin: Origin,
    expected_version: int | None = None,
    reason: str = "",
) -> Task:
    """Call the task off: at once when it waits, at its next checkpoint when it runs.

    The history keeps the `reason`, made fit for every user.
    """
    end = f": {sentence(reason)}" if reason else "."

    def move(row: Task) -> Move:
        if row.status == Status.PROCESSING:
            columns = {"cancel_requested_at": now()}
            return columns, "", f"{_who(origin)} asked to cancel{end}"
        columns = finishing(row.operation, Status.CANCELLED)
        return columns, Status.CANCELLED, f"Cancelled by {_who(origin)}{end}"

    return _steer("cancel", task, move, origin, expected_version)


def pause(task: Task, *, origin: Origin, expected_version: int | None = None) -> Task:
    """Hold the task: at once when it waits, at its next checkpoint when it runs."""

    def move(row: Task) -> Move:
        if row.status == Status.PROCESSING:
            return {"pause_requested_at": now()}, "", f"{_who(origin)} asked to pause."
        return {}, Status.PAUSED, f"Paused by {_who(origin)}."

    return _steer("pause", task, move, origin, expected_version)


def resume(task: Task, *, origin: Origin, expected_version: int | None = None) -> Task:
    """Let a paused task go on, or take back a pause that the worker has not seen."""

    def move(row: Task) -> Move:
        if row.status == Status.PROCESSING:
            columns = {"pause_requested_at": None}
            return columns, "", f"{_who(origin)} took the pause back."
        return {"published_at": None}, Status.PENDING, f"Resumed by {_who(origin)}."

    return _steer("resume", task, move, origin, expected_version)


def answer(
    task: Task, *, choice: str, origin: Origin, expected_version: int | None = None
) -> Task:
    """Answer what the task asked; it goes on from where it paused.

    Raises InvalidInputError for what is none of its choices.
    """

    def move(row: Task) -> Move:
        question = row.question or {"choices": []}
        labels = {each["value"]: each["label"] for each in question["choices"]}
        if choice not in labels:
            text = f"Must be one of: {', '.join(labels)}."
            raise InvalidInputError({"choice": [text]})
        columns = {"question": {**question, "answer": choice}, "published_at": None}
        message = f"{_who(origin)} answered: {labels[choice]}."
        return columns, Status.PENDING, message

    facts = {"choice": choice}
    return _steer("answer", task, move, origin, expected_version, facts)


def retry(
    task: Task, *, attempts: int, origin: Origin, expected_version: int | None = None
) -> Task:
    """Put an ended task back to pending, with `attempts` more tries."""

    def move(row: Task) -> Move:
        columns = {
            "max_attempts": Sql("attempt + %s", (attempts,)),
            "crash_count": 0,
            "error_count": 0,
            "error_code": "",
            "error_message": "",
            "error_detail": "",
            "progress_current": 0,
            "progress_total": None,
            "progress_message": "",
            "step": "",
            "result": None,
            "position": None,
            "not_before": None,
            "published_at": None,
            "finished_at": None,
            "expires_at": None,
        }
        return columns, Status.PENDING, f"Retried by {_who(origin)}."

    return _steer("retry", task, move, origin, expected_version)


def keep(task: Task, *, origin: Origin, expected_version: int | None = None) -> Task:
    """Keep an ended task, with all it left, from being cleaned up or deleted."""

    def move(row: Task) -> Move:
        return {"kept": True}, "", f"{_who(origin)} keeps it from being cleaned up."

    return _steer("keep", task, move, origin, expected_version)


def unkeep(task: Task, *, origin: Origin, expected_version: int | None = None) -> Task:
    """Let a task that was kept be cleaned up when its time to live is over."""

    def move(row: Task) -> Move:
        return {"kept": False}, "", f"{_who(origin)} does not keep it any more."

    return _steer("unkeep", task, move, origin, expected_version)


def _steer(
    verb: str,
    task: Task,
    decide: Callable[[Task], Move],
    origin: Origin,
    expected_version: int | None,
    facts: Mapping[str, Any] | None = None,
) -> Task:
    for _ in range(TRIES):
        row = Task.objects.defer(*LARGE).filter(pk=task.pk).first()
        if row is None:
            raise TaskGoneError("The task was deleted.")
        data = {"action": verb, **(facts or {}), **_asked(origin, expected_version)}
        if _was_done(row, data, origin):
            return row
        _check(verb, row, expected_version)
        columns, status, message = decide(row)
        if status:
            columns = {**columns, "status": status, "status_updated_at": now()}
        event = Event(
            Kind.STATUS if status else Kind.NOTE,
            from_status=row.status if status else "",
            to_status=status,
            message=message,
            data=data,
            origin=origin,
        )
        guard = {"status": row.status, "version": row.version}
        if written := change(row.pk, values=columns, guard=guard, event=event):
            return written
    raise TaskBusyError("The task changes too fast just now. Try again.")


def _asked(origin: Origin, expected_version: int | None) -> dict[str, Any]:
    """Return what tells a repeated request from another one; nothing without a key."""
    if not origin.idempotency_key:
        return {}
    key = origin.idempotency_key
    return {"idempotency_key": key, "expected_version": expected_version}


def _was_done(row: Task, data: dict[str, Any], origin: Origin) -> bool:
    """Whether the same person asked for the same before, with the same key.

    Whoever writes in between raises the version, and so lets us look once more.
    """
    if "idempotency_key" not in data:
        return False
    key = data["idempotency_key"]
    mine = row.events.filter(actor=origin.actor, source=origin.source)
    done = mine.filter(data__idempotency_key=key).first()
    if done is not None and done.data != data:
        raise IdempotencyConflictError
    return done is not None


def _check(verb: str, row: Task, expected_version: int | None) -> None:
    """Raise unless `verb` may be done to the row as it is.

    Who answers too late hears that first: what they saw is old because of it.
    """
    if verb == "answer":
        _check_unanswered(row)
    if expected_version is not None and row.version != expected_version:
        raise VersionMismatchError(
            expected=expected_version, version=row.version, status=row.status
        )
    if verb == "resume" and "answer" in row.legal_actions:
        raise UnansweredError(status=row.status, actions=row.legal_actions)
    if verb not in row.legal_actions:
        if verb in {"keep", "unkeep"} and row.is_final:
            raise KeptError(verb)
        raise IllegalTransitionError(verb, status=row.status, actions=row.legal_actions)


def _check_unanswered(row: Task) -> None:
    """Raise AnsweredError if what the task asked last has its answer."""
    if row.status == Status.PAUSED and is_open(row.question):
        return
    answers = row.events.filter(data__action="answer").order_by("-version")
    if told := answers.values_list("message", flat=True).first():
        raise AnsweredError(told, status=row.status, actions=row.legal_actions)


def _who(origin: Origin) -> str:
    return origin.actor or origin.source or "the system"
