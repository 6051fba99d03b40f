"""Several tasks at once: one for each of some files, or all of a list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from tasks_app import lifecycle
from tasks_app.errors import InvalidInputError
from tasks_app.events import Origin
from tasks_app.models import Batch, Task

from . import registry
from .publisher import publish
from .submission import accept, checked, fingerprint, keyed, taken_in

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.files import File

    from tasks_app.models import Upload

MOST: Final = 1_000  # tasks of a list


def submit_batch(
    *,
    operation: str,
    owner: User | None,
    origin: Origin,
    files: Sequence[File[bytes]],
    params: dict[str, Any] | None = None,
    title: str = "",
    priority: int = 5,
    on_refusal: Callable[[File[bytes], InvalidInputError], None] | None = None,
) -> list[Task]:
    """Accept a task for each of `files`; several make a batch.

    One that is refused refuses all, unless there is `on_refusal`: that is told of each,
    and the others are accepted. Raises InvalidInputError like `submit`. The files are
    taken in before the transaction begins, which so is a short one.
    """
    kind = registry.find(operation, user=owner)
    fields = {
        **checked(kind, params=params, title=title, priority=priority),
        "owner": owner,
        "not_before": None,
    }
    with ExitStack() as stack:
        uploads: list[Upload] = []
        for file in files:
            try:
                received = taken_in(file, None, owner, kind)
                uploads.append(stack.enter_context(received))
            except InvalidInputError as error:
                if on_refusal is None:
                    raise
                on_refusal(file, error)
        with transaction.atomic():
            fields["batch"] = _batch(title, owner, size=len(uploads))
            return [
                accept(fields, upload=upload, kind=kind, origin=origin)
                for upload in uploads
            ]


def submit_many(
    wanted: Sequence[Mapping[str, Any]],
    *,
    owner: User | None,
    origin: Origin,
    title: str = "",
    idempotency_key: str | None = None,
) -> list[Task]:
    """Accept all of a list or none; each item has what `submit` takes, but no file.

    Raises InvalidInputError, whose fields are `tasks.NUMBER.FIELD`, counted from 0, and
    IdempotencyConflictError. The same key and list answer the tasks made before.
    """
    rows: list[dict[str, Any]] = []
    errors: dict[str, list[str]] = {}
    for number, item in enumerate(wanted):
        try:
            rows.append(_row(item, owner))
        except InvalidInputError as error:
            errors |= {f"tasks.{number}.{n}": t for n, t in error.errors.items()}
    if errors:
        raise InvalidInputError(errors)
    hashes = "".join(fingerprint(row, None) for row in rows)
    whole = hashlib.sha256((title + hashes).encode()).hexdigest()
    rows[0] |= {**keyed(idempotency_key), "idempotency_hash": whole}
    with transaction.atomic():
        batch = _batch(title, owner, size=len(rows), words="tasks")
        tasks = lifecycle.create_many(rows, batch=batch, origin=origin)
        if batch is not None and tasks[0].batch_id != batch.pk:
            batch.delete()  # a repeated request: its first batch is kept
            return tasks
        for task in tasks:
            if task.not_before is None:
                publish(task)
    return tasks


def _row(item: Mapping[str, Any], owner: User | None) -> dict[str, Any]:
    asked = dict(item)
    kind = registry.find(asked.pop("operation"), user=owner)
    not_before = asked.pop("not_before", None)
    with taken_in(None, None, owner, kind):  # refuses what needs a file
        row = {
            **checked(kind, **{"params": None, "title": "", "priority": 5, **asked}),
            "owner": owner,
            "not_before": not_before,
        }
    return {**row, "title": row["title"] or kind.title}


def _batch(
    title: str, owner: User | None, *, size: int, words: str = "files"
) -> Batch | None:
    if size < 2:
        return None
    return Batch.objects.create(title=title or f"{size} {words}", owner=owner)
