"""How a task goes away: deleted by a person, or pruned past its time to live.

Only here may history rows be deleted. On PostgreSQL a trigger refuses it to every other
session: the setting `sightline.pruning`, local to the transaction, lets it pass.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, ProtectedError

from tasks_app import broadcast
from tasks_app.conf import setting
from tasks_app.errors import (
    IllegalTransitionError,
    KeptError,
    TaskGoneError,
    VersionMismatchError,
)
from tasks_app.models import (
    Artifact,
    Batch,
    FailedTask,
    Feed,
    Fingerprint,
    RemovedTask,
    ScheduleRun,
    Task,
    TaskEvent,
    Upload,
)
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.feed import NextPosition
from tasks_app.models.fingerprint import FINISHED
from tasks_app.models.queries import LARGE
from tasks_app.statuses import FINAL

from ._write import raise_position

BATCH: Final = 500  # rows in one transaction, so that writers never wait long


def delete(task: Task, *, expected_version: int | None = None) -> None:
    """Delete a final task with its history and files.

    Raises IllegalTransitionError while it is not final, KeptError while a person keeps
    it, VersionMismatchError when it changed since the caller looked.
    """
    with transaction.atomic():
        row = Task.objects.defer(*LARGE).select_for_update().filter(pk=task.pk).first()
        if row is None:
            raise TaskGoneError("The task was deleted already.")
        if expected_version is not None and row.version != expected_version:
            raise VersionMismatchError(
                expected=expected_version, version=row.version, status=row.status
            )
        if not row.is_final:
            raise IllegalTransitionError(
                "delete", status=row.status, actions=row.legal_actions
            )
        if row.kept:
            raise KeptError("delete")
        _remove([row.pk])
        Fingerprint.objects.forget([row.pk])  # what is pruned may be known again


def prune(
    *, dry_run: bool = False, on_batch: Callable[[int], Any] | None = None
) -> int:
    """Delete the final tasks past their time to live, and return how many.

    Works in small transactions; `on_batch` is called after each with the count so far.
    """
    expired = Task.objects.past_time_to_live()
    if dry_run:
        return expired.count()
    pruned = 0
    while gone := prune_some():
        pruned += len(gone)
        if on_batch is not None:
            on_batch(pruned)
    forget_removed()
    return pruned


def prune_some() -> list[RemovedTask]:
    """Delete a small batch of them, and return what is known of each; empty: none."""
    with transaction.atomic():
        rows = Task.objects.past_time_to_live().order_by("expires_at")
        rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        gone = _remove(ids)
        unusable = [each.pk for each in gone if each.status not in FINISHED]
        Fingerprint.objects.forget(unusable)  # nothing was made of these files
        return gone


def forget_removed() -> None:
    """Forget removals of long ago; whoever was away for longer starts over."""
    late = DatabaseNow() - setting("REMOVED_TIME_TO_LIVE")
    with transaction.atomic():
        old = RemovedTask.objects.filter(at__lte=late)
        last = old.aggregate(last=Max("feed_position"))["last"]
        if last is not None:
            Feed.objects.filter(pk=1, floor__lte=last).update(floor=last + 1)
            RemovedTask.objects.filter(feed_position__lte=last).delete()


def _remove(ids: list[UUID]) -> list[RemovedTask]:
    if not ids:
        return []
    _let_pass()
    raise_position()
    rows = Task.objects.filter(pk__in=ids).values(
        "id", "owner_id", "operation", "title", "status"
    )
    gone = [RemovedTask(**row, feed_position=NextPosition()) for row in rows]
    owners = {removed.pk: removed.owner_id for removed in gone}
    RemovedTask.objects.bulk_create(gone, ignore_conflicts=True)
    needed = Task.objects.filter(pk__in=ids)
    uploads = set(needed.exclude(upload=None).values_list("upload_id", flat=True))
    batches = set(needed.exclude(batch=None).values_list("batch_id", flat=True))
    files = [artifact.file for artifact in Artifact.objects.filter(task__in=ids)]
    TaskEvent.objects.filter(task__in=ids)._raw_delete(connection.alias)
    Artifact.objects.filter(task__in=ids)._raw_delete(connection.alias)
    FailedTask.objects.filter(task__in=ids)._raw_delete(connection.alias)
    Task.objects.filter(retry_of__in=ids).update(retry_of=None)
    ScheduleRun.objects.let_go(ids)
    Task.objects.filter(pk__in=ids, status__in=FINAL)._raw_delete(connection.alias)
    files += _unused(uploads)
    Batch.objects.filter(pk__in=batches, tasks__isnull=True).delete()
    for file in files:
        transaction.on_commit(partial(file.delete, save=False), robust=True)
    broadcast.tasks_removed(owners)
    return gone


def _unused(uploads: set[int]) -> list[Any]:
    """Delete the uploads that no task needs any more, and return their files."""
    files = []
    for upload in Upload.objects.filter(pk__in=uploads, tasks__isnull=True):
        try:
            upload.delete()
        except ProtectedError:  # a retry took it meanwhile
            continue
        files.append(upload.file)
    return files


def _let_pass() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL sightline.pruning = 'on'")
