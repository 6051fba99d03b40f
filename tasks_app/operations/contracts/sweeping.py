"""Removes what no import and no reader needs any more."""

from __future__ import annotations

import math
import shutil
import time
import uuid
from pathlib import Path
from typing import Final

from tasks_app.errors import OperationError
from tasks_app.models import Task
from tasks_app.operations.contracts import dataset
from tasks_app.statuses import FINAL

GRACE_SECONDS: Final = 2 * 3600  # more than the time limit of whoever reads or writes


def unneeded() -> list[Path]:
    """Return the folders that the manifest does not name and nobody works with."""
    now = time.time()
    try:
        named = {source.id for source in dataset.current().sources}
    except OperationError:
        return []  # nobody can tell what is needed
    sources = [
        path
        for path in _folders("sources")
        if path.name not in named and now - _changed_at(path) > GRACE_SECONDS
    ]
    return [*sources, *(path for path in _folders("staging") if not _in_work(path))]


def sweep() -> int:
    """Remove them; return how many."""
    with dataset.held():  # an import that just ended has named its folder by now
        found = unneeded()
        for path in found:
            shutil.rmtree(path, ignore_errors=True)
    return len(found)


def _folders(name: str) -> list[Path]:
    where = dataset.folder() / name
    return [path for path in where.iterdir() if path.is_dir()] if where.is_dir() else []


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another clean-up removed it meanwhile
        return math.inf


def _in_work(staging: Path) -> bool:
    try:
        task = Task.objects.filter(pk=uuid.UUID(staging.name))
    except ValueError:
        return False
    return task.exclude(status__in=FINAL).exists()
