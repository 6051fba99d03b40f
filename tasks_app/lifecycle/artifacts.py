"""Files that the holder of an attempt leaves with the task, to be downloaded."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.core.files import File
from django.db import transaction

from tasks_app import broadcast
from tasks_app.events import WORKER, Kind, Origin
from tasks_app.models import Artifact, Task

from ._write import Event, change
from .attempt import holding, lease, still


def add_artifact(
    task: Task,
    *,
    path: Path,
    name: str,
    content_type: str,
    origin: Origin = WORKER,
) -> Task:
    """Store the file at `path` as the artifact `name`, in place of an older one."""
    size = path.stat().st_size
    artifact = Artifact(task=task, name=name, size=size, content_type=content_type)
    with path.open("rb") as content:
        artifact.file.save(name, File(content), save=False)
    try:
        with transaction.atomic():
            held = still(
                change(
                    task.pk,
                    values={"lease_expires_at": lease()},
                    guard=holding(task),
                    event=Event(
                        Kind.NOTE,
                        message=f"{name} is ready to download.",
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


def _replace(artifact: Artifact) -> None:
    for older in Artifact.objects.filter(task=artifact.task, name=artifact.name):
        transaction.on_commit(partial(older.file.delete, save=False), robust=True)
        older.delete()
    artifact.save()
