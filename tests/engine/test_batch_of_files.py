"""A batch of files that is asked for again, and how it is called."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tasks_app.errors import IdempotencyConflictError, InvalidInputError
from tasks_app.models import Batch, Task, Upload
from tasks_app.operations.batches import submit_batch
from tests.conftest import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    from django.contrib.auth.models import User


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where uploads are kept."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "uploads"


def send(owner: User, *names: str, content: bytes = b"a", **more: Any) -> list[Task]:
    files = [ContentFile(content, name=name) for name in names]
    request: dict[str, Any] = {
        "operation": "workshop.read",
        "owner": owner,
        "origin": ORIGIN,
    }
    return submit_batch(**request, files=files, on_refusal=lambda *_: None, **more)


@pytest.mark.parametrize("names", [("a.csv",), ("a.csv", "b.csv"), ("a.csv", "b.exe")])
def test_the_same_key_and_files_answer_the_tasks_made_before(
    alice: User, folder: Path, names: tuple[str, ...]
) -> None:
    first = send(alice, *names, idempotency_key="k")
    kept = sorted(folder.iterdir())

    again = send(alice, *names, idempotency_key="k")

    assert [task.pk for task in again] == [task.pk for task in first]
    assert Task.objects.count() == Upload.objects.count() == len(first)
    assert Batch.objects.count() == (len(first) > 1)
    assert sorted(folder.iterdir()) == kept


@pytest.mark.parametrize(
    "other", [{"content": b"b"}, {"title": "August"}, {"priority": 9}]
)
def test_the_same_key_for_something_else_is_refused(
    alice: User, folder: Path, other: dict[str, Any]
) -> None:
    send(alice, "a.csv", "b.csv", idempotency_key="k")
    kept = sorted(folder.iterdir())

    with pytest.raises(IdempotencyConflictError):
        send(alice, "a.csv", "b.csv", idempotency_key="k", **other)

    assert Task.objects.count() == 2
    assert sorted(folder.iterdir()) == kept


def test_the_title_is_that_of_the_batch_and_each_task_is_called_like_its_file(
    alice: User, folder: Path
) -> None:
    tasks = send(alice, "a.csv", "b.csv", title="August")

    assert Batch.objects.get().title == "August"
    assert [task.title for task in tasks] == ["a.csv", "b.csv"]


def test_of_a_single_file_the_title_is_that_of_the_task(
    alice: User, folder: Path
) -> None:
    [task] = send(alice, "a.csv", "b.exe", title="August")

    assert (task.title, task.batch) == ("August", None)


def test_all_of_a_batch_wait_for_the_same_time(alice: User, folder: Path) -> None:
    later = timezone.now() + timedelta(hours=1)

    tasks = send(alice, "a.csv", "b.csv", not_before=later)

    assert {task.not_before for task in tasks} == {later}
    assert {task.published_at for task in tasks} == {None}


def test_a_queue_that_nobody_reads_refuses_all(alice: User, folder: Path) -> None:
    with pytest.raises(InvalidInputError, match="There is no queue “moon”"):
        send(alice, "a.csv", "b.csv", queue="moon")

    assert not Task.objects.exists()
