"""Work outside Celery: a reporter claims an external task and tells how it goes.

The verbs and fences are those of a worker; only who calls them is another.
"""

from __future__ import annotations

import re
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from tasks_app import lifecycle
from tasks_app.conf import setting
from tasks_app.errors import (
    InvalidInputError,
    LeaseLostError,
    NotAskedError,
    NotClaimableError,
)
from tasks_app.models import Task
from tasks_app.statuses import Status

from . import registry
from .messages import friendly
from .uploads import check_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.files import File

    from tasks_app.events import Origin

Progress = tuple[int, int | None, str]  # current, total, message

ENDINGS: Final = (Status.FAILED, Status.PENDING)  # of an attempt that went wrong
FAILED: Final = "operation_failed"
PLAIN_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,49}/[a-z0-9.+-]{1,49}", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a reporter tells at once; it is written whole or not at all.

    `number` rises within an attempt: a report that is late or comes twice is known by
    it. `status` pending gives the attempt back, to be tried again by the policy.
    """

    number: int | None = None
    status: Status = Status.PROCESSING
    step: str = ""
    message: str = ""
    progress: Progress | None = None
    error_message: str = ""
    result: dict[str, Any] | None = None


def claim(
    task: Task, *, worker: str, origin: Origin, lease_seconds: float | None = None
) -> Task:
    """Give the next attempt of an external task to the reporter `worker`.

    Raises NotClaimableError when it is not to be had.
    """
    claimed = lifecycle.claim(
        task.pk,
        worker=worker,
        lease_seconds=lease_seconds,
        external=True,
        origin=origin,
    )
    if claimed is None:
        raise NotClaimableError(_why_not(task), status=_status(task))
    return claimed


def proven(task: Task, *, attempt: int, lease_token: uuid.UUID) -> Task:
    """Return `task` as the attempt that the caller says to hold.

    Nothing is refused here: each verb does that by the row it finds.
    """
    task.attempt, task.lease_token = attempt, lease_token
    return task


def renew(task: Task) -> Task:
    """Keep the lease; what comes back also says what was asked meanwhile."""
    return _told(task, lambda: lifecycle.renew(task))


def report(task: Task, told: Report, *, origin: Origin) -> Task:
    """Write what is told and return the row after it.

    A report whose number came before changes nothing. Raises InvalidInputError,
    LeaseLostError when the attempt is over, NotAskedError for a stop nobody asked for.
    """
    _check(told)

    def write() -> Task:
        number = told.number
        if number is not None and not lifecycle.take_report(task, number=number):
            return Task.objects.get(pk=task.pk)
        return _end(_note(task, told, origin), told, origin)

    return _told(task, write)


def attach(
    task: Task, *, file: File[bytes], name: str, content_type: str, origin: Origin
) -> Task:
    """Store `file` as an artifact of the attempt; raises like `report`."""
    check_name(name)
    if not PLAIN_TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    limit = setting("MAX_UPLOAD_BYTES")
    if (file.size or 0) > limit:
        text = f"The file is too large: at most {limit / 1_000_000:,.1f} MB are taken."
        raise InvalidInputError({"file": [text]})
    facts: dict[str, Any] = {
        "name": name,
        "content_type": content_type,
        "origin": origin,
    }
    with tempfile.NamedTemporaryFile(prefix="sightline-") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        path = Path(copy.name)
        return _told(task, lambda: lifecycle.add_artifact(task, path=path, **facts))


def _told(task: Task, write: Callable[[], Task]) -> Task:
    try:
        with transaction.atomic():
            return write()
    except LeaseLostError as error:
        error.status = _status(task)
        raise


def _check(told: Report) -> None:
    errors: dict[str, list[str]] = {}
    if told.status in ENDINGS and not told.error_message:
        errors["error_message"] = ["Say what went wrong."]
    done = told.status in {Status.COMPLETED, Status.COMPLETED_WITH_ERRORS}
    if told.result is not None and not done:
        errors["result"] = ["Only a task that is completed has a result."]
    if errors:
        raise InvalidInputError(errors)


def _note(task: Task, told: Report, origin: Origin) -> Task:
    held = lifecycle.renew(task)
    current, total, text = told.progress or (
        held.progress_current,
        held.progress_total,
        "",
    )
    if told.step:
        facts = {"filename": task.upload.original_name} if task.upload else {}
        held = lifecycle.step(
            held,
            key=told.step,
            message=told.message or text or friendly(told.step, facts),
            data={},
            progress=told.progress,
            origin=origin,
        )
    elif told.progress or told.message:
        message = told.message or text
        held = lifecycle.progress(held, current=current, total=total, message=message)
    if told.error_message and told.status not in ENDINGS:
        held = lifecycle.note_error(held, message=told.error_message, origin=origin)
    return held


def _end(held: Task, told: Report, origin: Origin) -> Task:
    if told.status == Status.PROCESSING:
        return held
    if told.status in ENDINGS:
        return _fail(held, told, origin)
    if told.status in {Status.PAUSED, Status.CANCELLED}:
        return _obey(held, told.status, origin)
    if told.status == Status.COMPLETED_WITH_ERRORS and not held.error_count:
        text = "No error was told of. Say with “error_message” what went wrong."
        raise InvalidInputError({"status": [text]})
    return lifecycle.complete(held, result=told.result, origin=origin)


def _fail(held: Task, told: Report, origin: Origin) -> Task:
    facts: dict[str, Any] = {
        "code": FAILED,
        "message": told.error_message,
        "origin": origin,
    }
    if told.status == Status.PENDING and held.attempt < held.max_attempts:
        kind = registry.find(held.operation)
        delay = kind.retry.delay(kind.failures(held))
        return lifecycle.release(held, delay=delay, **facts)
    return lifecycle.fail(held, **facts)


def _obey(held: Task, status: Status, origin: Origin) -> Task:
    pausing = status == Status.PAUSED and held.pause_requested_at is not None
    if not pausing and held.cancel_requested_at is None:
        raise NotAskedError(status)
    return lifecycle.obey(held, origin=origin)


def _status(task: Task) -> str:
    """Return the status as it is by now; empty when the task is gone."""
    return (
        Task.objects.filter(pk=task.pk).values_list("status", flat=True).first() or ""
    )


def _why_not(task: Task) -> str:
    row = Task.objects.filter(pk=task.pk).only("external", "status").first()
    if row is None:
        return "The task was deleted."
    if not row.external:
        return "Workers of this installation do this task; it is not for reporters."
    if row.status == Status.PENDING:
        return "The task may not start yet; “not_before” says when."
    words = Status(row.status).label.lower()
    return f"The task is {words}; only one that is pending can be claimed."
