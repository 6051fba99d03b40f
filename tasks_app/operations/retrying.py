"""A retry with other parameters: a new task for the same owner, with the same file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tasks_app import lifecycle
from tasks_app.errors import (
    IllegalTransitionError,
    InvalidInputError,
    NotPermittedError,
    TaskGoneError,
    VersionMismatchError,
)
from tasks_app.models import Task
from tasks_app.models.queries import sees_payload

from . import registry
from .publisher import publish
from .steering import may_start
from .submission import checked, fingerprint, keyed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tasks_app.events import Origin


def may_edit(task: Task, user: User) -> bool:
    """Whether `user` may retry the task with other parameters, now or once it ended.

    They must see its parameters, and may submit the operation themselves.
    """
    known = registry.lookup(task.operation) is not None
    permitted = task.permits(user, "retry") and sees_payload(user, task)
    return known and permitted and may_start(task, "retry", user)


def retry_with(
    task: Task,
    *,
    params: dict[str, Any],
    user: User,
    origin: Origin,
    key: str = "",
    expected_version: int | None = None,
) -> Task:
    """Submit a new task that does what `task` should have done, with `params`.

    Raises NotPermittedError, InvalidInputError, and what a retry raises. The same
    person and key answer the task made before.
    """
    if not may_edit(task, user):
        raise NotPermittedError("retry")
    kind = registry.find(task.operation)
    with transaction.atomic():
        row = _held(task)
        fields = {**_fields(row, kind, params), **keyed(_key(row, user, key))}
        if not _is_repeated(fields):
            _check(row, expected_version)
        fields["idempotency_hash"] = fingerprint(fields, row.upload)
        made = lifecycle.create(origin=origin, **fields)
        publish(made)
    return made


def _held(task: Task) -> Task:
    """Return the row, which nobody deletes before the new task has its file, too."""
    rows = Task.objects.select_for_update(of=("self",))
    row = rows.select_related("upload", "owner").filter(pk=task.pk).first()
    if row is None:
        raise TaskGoneError("The task was deleted.")
    return row


def _fields(
    row: Task, kind: registry.Operation, params: dict[str, Any]
) -> dict[str, Any]:
    if kind.accepts and row.upload is None:
        text = "The file of this task is gone. Start a new task with the file."
        raise InvalidInputError({"file": [text]})
    is_known = row.queue in registry.queues(external=kind.is_external)
    queue = row.queue if is_known else ""
    facts: dict[str, Any] = {
        "params": params,
        "title": row.title,
        "priority": row.priority,
    }
    return {
        **checked(kind, queue=queue, **facts),
        "owner": row.owner,
        "upload": row.upload,
        "retry_of": row,
        "not_before": None,
    }


def _key(row: Task, user: User, key: str) -> str | None:
    """Return the key among those of the owner, whose own keys it must not meet."""
    if not key:
        return None
    digest = hashlib.sha256(f"{user.pk} {key}".encode()).hexdigest()
    return f"retry {row.pk} {digest}"


def _is_repeated(fields: dict[str, Any]) -> bool:
    """Whether this was done before; then it matters no more what became of the task."""
    key = fields["idempotency_key"]
    mine = Task.objects.filter(owner=fields["owner"], idempotency_key=key)
    return bool(key) and mine.exists()


def _check(row: Task, expected_version: int | None) -> None:
    if expected_version is not None and row.version != expected_version:
        raise VersionMismatchError(
            expected=expected_version, version=row.version, status=row.status
        )
    if "retry" not in row.legal_actions:
        actions = row.legal_actions
        raise IllegalTransitionError("retry", status=row.status, actions=actions)
