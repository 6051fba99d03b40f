"""How work gets in: the one door for REST, admin, command line and schedules."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from tasks_app import lifecycle
from tasks_app.errors import InvalidInputError
from tasks_app.events import Origin
from tasks_app.models import Batch, Task

from . import registry, schema
from .publisher import publish
from .uploads import INVISIBLE, received

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.files import File

    from tasks_app.models import Upload

LONGEST_TITLE: Final = 200  # characters
LONGEST_KEY: Final = 255  # characters


def submit(
    *,
    operation: str,
    owner: User | None,
    origin: Origin,
    params: dict[str, Any] | None = None,
    file: File[bytes] | None = None,
    file_name: str | None = None,
    title: str = "",
    priority: int = 5,
    queue: str = "",
    not_before: datetime | None = None,
    idempotency_key: str | None = None,
    batch: Batch | None = None,
) -> Task:
    """Accept a piece of work: a pending task, and a nudge for a worker.

    Everything is checked before anything is stored. Raises InvalidInputError with a
    sentence per field, IdempotencyConflictError when the key was used for something
    else. The same key and request answer the task made before.
    """
    kind = registry.find(operation, user=owner)
    fields = {
        **checked(kind, params=params, title=title, priority=priority, queue=queue),
        "owner": owner,
        "not_before": not_before,
        "batch": batch,
        **keyed(idempotency_key),
    }
    with taken_in(file, file_name, owner, kind) as upload, transaction.atomic():
        return accept(fields, upload=upload, kind=kind, origin=origin)


def retry(task: Task, *, origin: Origin, expected_version: int | None = None) -> Task:
    """Put an ended task back to work; raises IllegalTransitionError when it cannot."""
    kind = registry.find(task.operation)
    task = lifecycle.retry(
        task,
        attempts=kind.retry.max_attempts,
        origin=origin,
        expected_version=expected_version,
    )
    publish(task)
    return task


def resume(task: Task, *, origin: Origin, expected_version: int | None = None) -> Task:
    """Let a paused task go on; raises IllegalTransitionError when it cannot."""
    task = lifecycle.resume(task, origin=origin, expected_version=expected_version)
    publish(task)
    return task


def answer(
    task: Task, *, choice: str, origin: Origin, expected_version: int | None = None
) -> Task:
    """Let a task go on with the answer to what it asked."""
    task = lifecycle.answer(
        task, choice=choice, origin=origin, expected_version=expected_version
    )
    publish(task)
    return task


def checked(
    kind: registry.Operation,
    *,
    params: dict[str, Any] | None,
    title: str,
    priority: int,
    queue: str = "",
) -> dict[str, Any]:
    """Return the columns that say what is to be done, and where."""
    checked = schema.check({} if params is None else params, kind.params)
    errors: dict[str, list[str]] = {}
    if len(title) > LONGEST_TITLE:
        errors["title"] = [f"Must have at most {LONGEST_TITLE} characters."]
    elif any(unicodedata.category(character) in INVISIBLE for character in title):
        errors["title"] = ["Must not contain invisible characters."]
    if not 0 <= priority <= 9:
        errors["priority"] = ["Must be from 0 (can wait) to 9 (most urgent)."]
    known = registry.queues(external=kind.is_external)
    if queue and queue not in known:
        text = f"There is no queue “{queue}”. Known are: {', '.join(known)}."
        errors["queue"] = [text]
    if errors:
        raise InvalidInputError(errors)
    return {
        "operation": kind.name,
        "title": title,
        "params": checked,
        "priority": priority,
        "queue": queue or kind.queue,
        "max_attempts": kind.retry.max_attempts,
        "external": kind.is_external,
    }


def keyed(key: str | None) -> dict[str, str | None]:
    if key is not None and len(key) > LONGEST_KEY:
        text = f"Must have at most {LONGEST_KEY} characters."
        raise InvalidInputError({"idempotency_key": [text]})
    return {"idempotency_key": key or None}


def taken_in(
    file: File[bytes] | None,
    name: str | None,
    owner: User | None,
    kind: registry.Operation,
) -> Any:
    if file is not None:
        return received(file, name=name or file.name or "", owner=owner, operation=kind)
    if kind.accepts:
        raise InvalidInputError(
            {"file": [f"“{kind.title}” needs a file: {', '.join(kind.accepts)}."]}
        )
    return nullcontext()


def accept(
    fields: dict[str, Any],
    *,
    upload: Upload | None,
    kind: registry.Operation,
    origin: Origin,
) -> Task:
    """Store the upload and the task; the transaction is the caller's."""
    fields = described(fields, upload=upload, kind=kind)
    if upload is not None:
        upload.save()
    task = lifecycle.create(origin=origin, upload=upload, **fields)
    if upload is not None and task.upload_id != upload.pk:
        upload.file.delete(save=False)  # a repeated request: its first file is kept
        upload.delete()
    elif fields["not_before"] is None:
        publish(task)
    return task


def described(
    fields: dict[str, Any], *, upload: Upload | None, kind: registry.Operation
) -> dict[str, Any]:
    """Return the columns with the title the task gets, and a hash of them."""
    title = fields["title"] or (upload.original_name if upload else kind.title)
    named = {**fields, "title": title[:LONGEST_TITLE]}
    return {**named, "idempotency_hash": fingerprint(named, upload)}


def fingerprint(fields: dict[str, Any], upload: Upload | None) -> str:
    """Return a hash of what was asked for, to tell a repeat from another request."""
    asked = {
        name: str(fields[name])
        for name in ("operation", "title", "priority", "queue", "not_before")
    }
    asked["params"] = json.dumps(fields["params"], sort_keys=True)
    asked["sha256"] = upload.sha256 if upload else ""
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
