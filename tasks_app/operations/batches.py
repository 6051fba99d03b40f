"""Several tasks at once: one for each of some files, or all of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from tasks_app import lifecycle
from tasks_app.errors import InvalidInputError
from tasks_app.events import Origin
from tasks_app.models import Batch, Task

from . import registry
from .publisher import publish
from .submission import checked, described, fingerprint, keyed, taken_in

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.files import File

    from tasks_app.models import Upload

    Refused = Callable[[File[bytes], InvalidInputError], None]

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
    queue: str = "",
    not_before: datetime | None = None,
    idempotency_key: str | None = None,
    on_refusal: Refused | None = None,
) -> list[Task]:
    """Accept a task for each of `files`; several make a batch, which has the title.

    One that is refused refuses all, unless there is `on_refusal`: that is told of each,
    and the others are accepted. Raises InvalidInputError like `submit`. The files are
    taken in before the transaction begins, which so is a short one. The same key and
    files answer the tasks made before; raises IdempotencyConflictError for others.
    """
    kind = registry.find(operation, user=owner)
    fields = {
        **checked(kind, params=params, title=title, priority=priority, queue=queue),
        "owner": owner,
        "not_before": not_before,
    }
    key = keyed(idempotency_key)
    with ExitStack() as stack:
        uploads = list(_taken_in(files, owner, kind, stack, on_refusal))
        several = {"title": ""} if len(uploads) > 1 else {}
        rows = [
            {**described({**fields, **several}, upload=each, kind=kind), "upload": each}
            for each in uploads
        ]
        with transaction.atomic():
            return _accept_all(rows, title=title, key=key, origin=origin)


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
    key = keyed(idempotency_key)
    with transaction.atomic():
        return _accept_all(rows, title=title, key=key, origin=origin, words="tasks")


def prepared(item: Mapping[str, Any], *, owner: User | None) -> dict[str, Any]:
    """Return the columns of a task, for `submit_prepared`; raises InvalidInputError."""
    return _row(item, owner)


def submit_prepared(rows: Sequence[dict[str, Any]], *, origin: Origin) -> list[Task]:
    """Accept tasks that have nothing to do with each other, in one statement.

    In the order of `rows`; the transaction is the caller's.
    """
    if not rows:
        return []
    tasks = lifecycle.create_many(rows, origin=origin)
    _publish(tasks)
    return tasks


def _taken_in(
    files: Sequence[File[bytes]],
    owner: User | None,
    kind: registry.Operation,
    stack: ExitStack,
    on_refusal: Refused | None,
) -> Iterator[Upload]:
    for file in files:
        try:
            yield stack.enter_context(taken_in(file, None, owner, kind))
        except InvalidInputError as error:
            if on_refusal is None:
                raise
            on_refusal(file, error)


def _accept_all(
    rows: list[dict[str, Any]],
    *,
    title: str,
    key: dict[str, Any],
    origin: Origin,
    words: str = "files",
) -> list[Task]:
    """Store uploads, batch and tasks, or answer those that the key made before."""
    if not rows:
        return []
    hashes = "".join(row["idempotency_hash"] for row in rows)
    whole = sha256((title + hashes).encode()).hexdigest()
    rows[0] |= {**key, "idempotency_hash": whole}
    uploads = [row["upload"] for row in rows if "upload" in row]
    for upload in uploads:
        upload.save()
    batch = _batch(title, rows[0]["owner"], size=len(rows), words=words)
    tasks = lifecycle.create_many(rows, batch=batch, origin=origin)
    is_repeat = bool(uploads) and tasks[0].upload_id != uploads[0].pk
    if is_repeat or (batch is not None and tasks[0].batch_id != batch.pk):
        _forget(uploads, batch)
        return tasks
    _publish(tasks)
    return tasks


def _publish(tasks: Sequence[Task]) -> None:
    for task in tasks:
        if task.not_before is None:
            publish(task)


def _forget(uploads: list[Upload], batch: Batch | None) -> None:
    """Remove what a repeated request brought: what the first one did is kept."""
    for upload in uploads:
        upload.file.delete(save=False)
        upload.delete()
    if batch is not None:
        batch.delete()


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
    row["title"] = row["title"] or kind.title
    return {**row, "idempotency_hash": fingerprint(row, None)}


def _batch(title: str, owner: User | None, *, size: int, words: str) -> Batch | None:
    if size < 2:
        return None
    return Batch.objects.create(title=title or f"{size} {words}", owner=owner)
