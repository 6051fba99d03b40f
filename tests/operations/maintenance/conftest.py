"""Stored files as tasks leave them, and the operations of maintenance run on them."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tasks_app import lifecycle
from tasks_app.models import Task, Upload
from tasks_app.operations import registry, schema
from tests.operations.files.conftest import run_task

Run = Callable[..., Task]
DAYS = timedelta(days=3).total_seconds()


@pytest.fixture(autouse=True)
def media(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    """Return where the files are stored."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def submit(make_task: Callable[..., Task]) -> Run:
    """Return a function that makes a pending task of `maintenance.NAME`."""

    def submit(name: str, **params: Any) -> Task:
        kind = registry.find(f"maintenance.{name}")
        return make_task(kind.name, params=schema.check(params, kind.params))

    return submit


@pytest.fixture
def run(submit: Run) -> Run:
    """Return a function that runs `maintenance.NAME` to its end, or until it pauses."""

    def run(name: str, **params: Any) -> Task:
        return run_task(submit(name, **params))

    return run


@pytest.fixture
def upload() -> Callable[..., Upload]:
    """Return a function that stores an upload."""

    def upload(text: str = "a,b\n1,2\n", *, name: str = "a.csv") -> Upload:
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        row = Upload(original_name=name, size=len(content), sha256=digest)
        row.file.save(name, ContentFile(content), save=True)
        return row

    return upload


@pytest.fixture
def left(make_claimed: Callable[..., Task], tmp_path: Path) -> Callable[..., Task]:
    """Return a function that makes a running task with an artifact."""

    def left(
        content: bytes = b"some text",
        *,
        name: str = "out.txt",
        time_to_live: timedelta | None = None,
        **fields: Any,
    ) -> Task:
        (path := tmp_path / f"made-{name}").write_bytes(content)
        facts: Any = {"name": name, "content_type": "a/b", "time_to_live": time_to_live}
        return lifecycle.add_artifact(make_claimed(**fields), path=path, **facts)

    return left


def moved(media: Path, disk: Path, settings: Any) -> Path:
    """Return where the stored files are now: on that disk."""
    settings.MEDIA_ROOT = Path(shutil.move(media, disk / "files"))
    return Path(settings.MEDIA_ROOT)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def aged(path: Path) -> Path:
    """Return the file, which nobody has touched for days."""
    then = time.time() - DAYS
    os.utime(path, (then, then))
    return path


def listed(task: Task, name: str) -> list[dict[str, str]]:
    """Return the rows of a list that the task left."""
    with task.artifacts.get(name=name).file.open("rb") as file:
        return list(csv.DictReader(file.read().decode().splitlines()))


def stored(media: Path) -> list[str]:
    """Return the names of what lies on the disk."""
    return sorted(p.relative_to(media).as_posix() for p in media.rglob("*.*"))
