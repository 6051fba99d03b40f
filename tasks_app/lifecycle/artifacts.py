"""Files that the holder of an attempt leaves with the task, to be downloaded."""

from __future__ import annotations

import hashlib
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from tasks_app import broadcast
from tasks_app.events import WORKER, Kind, Origin
from tasks_app.models import Artifact, Task
from tasks_app.models.files import artifact_to

from ._write import Event, change
from .attempt import holding, lease, still


def add_artifact(
    task: Task,
    *,
    path: Path,
    name: str,
    content_type: str,
    time_to_live: timedelta | None = None,
    origin: Origin = WORKER,
) -> Task:
    """Store the file at `path` as the artifact `name`, in place of an older one.

    After `time_to_live` nobody can download it any more.
    """
    size = path.stat().st_size
    artifact = Artifact(task=task, name=name, size=size, content_type=content_type)
    with path.open("rb") as content:
        artifact.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    if time_to_live is not None:
        artifact.expires_at = timezone.now() + time_to_live
    _store(path, artifact)
    try:
        with transaction.atomic():
            held = still(
                change(
                    task.pk,
                    values={"lease_expires_at": lease()},
                    guard=holding(task),
                    event=Event(
                        Kind.NOTE,
                        message=_ready(artifact),
                        data={"artifact": name, "size": size},
                        origin=origin,
                    ),
                )
            )
            _replace(artifact)
            broadcast.task_changed(held, artifacts=Artifact.objects.filter(task=held))
    except BaseException:
        artifact.file.delete(save=False)  # a file without a row would stay for ever
        raise
    return held


def _ready(artifact: Artifact) -> str:
    until = artifact.expires_at
    if until is None:
        return f"{artifact.name} is ready to download."
    moment = f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{artifact.name} is ready to download, until {moment}."


def _store(path: Path, artifact: Artifact) -> None:
    """Copy the file; half of one, where the disk is full, does not stay."""
    stored = artifact_to(artifact, artifact.name)
    storage = artifact.file.storage
    try:
        with path.open("rb") as content:
            artifact.file.name = storage.save(stored, File(content))
    except BaseException:
        storage.delete(stored)
        raise


def _replace(artifact: Artifact) -> None:
    for older in Artifact.objects.filter(task=artifact.task, name=artifact.name):
        transaction.on_commit(partial(older.file.delete, save=False), robust=True)
        older.delete()
    artifact.save()
