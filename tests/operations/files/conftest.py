"""Files for the tests, and the whole operation run on them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files import File

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations import registry
from tasks_app.operations.runner import attempt
from tasks_app.operations.uploads import received

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
REAL_DATA = ROOT.parent / "shared" / "data"


def upload_of(path: Path) -> Any:
    """Return what a check sees of an upload."""
    size = path.stat().st_size
    return SimpleNamespace(path=path, original_name=path.name, size=size)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file and returns its path."""

    def write(content: bytes | str, *, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def write_rows(write: Callable[..., Path]) -> Callable[..., Path]:
    """Return a function that writes rows as CSV and returns the path."""

    def write_rows(
        rows: Iterable[Iterable[str]], *, encoding: str = "utf-8", **options: Any
    ) -> Path:
        text = io.StringIO(newline="")
        csv.writer(text, **options).writerows(rows)
        return write(text.getvalue().encode(encoding))

    return write_rows


@pytest.fixture
def submit_file(
    transactional_db: None,
    make_task: Callable[..., Task],
    settings: Any,
    tmp_path: Path,
) -> Callable[..., Task]:
    """Return a function that makes a pending `files.process` task for a path."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def submit(path: Path, **fields: Any) -> Task:
        kind = registry.find("files.process")
        with (
            path.open("rb") as content,
            received(
                File(content, name=path.name),
                name=path.name,
                owner=fields.get("owner"),
                operation=kind,
            ) as upload,
        ):
            upload.save()
        return make_task("files.process", upload=upload, **fields)

    return submit


@pytest.fixture
def run_file(submit_file: Callable[..., Task]) -> Callable[..., Task]:
    """Return a function that processes a file to its end and returns the task."""

    def run(path: Path, **fields: Any) -> Task:
        return run_task(submit_file(path, **fields))

    return run


def run_task(task: Task) -> Task:
    """Carry out the next attempt of a pending task, as a worker does."""
    claimed = lifecycle.claim(str(task.pk), worker="worker-1")
    assert claimed is not None
    attempt(claimed)
    return Task.objects.get(pk=task.pk)


def artifact(task: Task, name: str) -> Path:
    """Return the path of an artifact of the task."""
    return Path(task.artifacts.get(name=name).file.path)


def result_of(task: Task) -> dict[str, Any]:
    """Return the result of a task that has one."""
    assert task.result is not None, (task.status, task.error_message)
    found: dict[str, Any] = task.result
    return found
