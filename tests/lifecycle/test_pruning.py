"""Final tasks go when their time to live is over, with all they left behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.lifecycle import pruning
from tasks_app.models import Artifact, Batch, Task, TaskEvent, Upload
from tests.conftest import ORIGIN

from .rows import Make, claim


@pytest.fixture
def no_time_to_live(settings: Any) -> None:
    """What ends now may be pruned at once."""
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(seconds=-1)}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def upload_of(owner: User) -> Upload:
    upload = Upload(original_name="a.csv", size=3, sha256="0" * 64, owner=owner)
    upload.file.save("a.csv", ContentFile(b"a,b"), save=True)
    return upload


@pytest.mark.usefixtures("no_time_to_live")
def test_only_final_tasks_past_their_time_go(
    make_claimed: Make, make_task: Make, settings: Any
) -> None:
    ended = [
        lifecycle.complete(make_claimed(), result={}),
        lifecycle.fail(make_claimed(), code="x", message="x"),
        lifecycle.cancel(make_task(), origin=ORIGIN),
    ]
    stay = [make_task(), make_claimed(), lifecycle.pause(make_task(), origin=ORIGIN)]
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(days=1)}
    stay.append(lifecycle.complete(make_claimed(), result={}))

    assert lifecycle.prune(dry_run=True) == 3
    assert Task.objects.count() == 7
    assert lifecycle.prune() == 3
    assert set(Task.objects.all()) == set(stay)
    assert not TaskEvent.objects.filter(task__in=[task.pk for task in ended]).exists()
    assert TaskEvent.objects.filter(task__in=stay).exists()


@pytest.mark.usefixtures("no_time_to_live")
def test_its_files_go_with_it(
    make_claimed: Make,
    alice: User,
    media: Path,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    task = make_claimed(upload=upload_of(alice))
    (path := tmp_path / "out").write_text("x")
    task = lifecycle.add_artifact(task, path=path, name="out", content_type="a/b")
    lifecycle.complete(task, result={})
    assert len(files(media)) == 2

    with django_capture_on_commit_callbacks(execute=True):
        assert lifecycle.prune() == 1
        assert len(files(media)) == 2  # a transaction that fails must lose no file

    assert files(media) == []
    assert not Upload.objects.exists()
    assert not Artifact.objects.exists()


@pytest.mark.usefixtures("no_time_to_live")
def test_an_upload_that_another_task_needs_stays(
    make_claimed: Make, make_task: Make, alice: User, media: Path
) -> None:
    upload = upload_of(alice)
    old = lifecycle.complete(make_claimed(upload=upload), result={})
    other = make_task(upload=upload, retry_of=old)

    lifecycle.prune()

    other.refresh_from_db()
    assert (other.upload, other.retry_of) == (upload, None)
    assert len(files(media)) == 1


@pytest.mark.usefixtures("no_time_to_live")
def test_a_task_that_another_needs_goes_when_that_one_has_ended(
    make_claimed: Make,
) -> None:
    needed, working = lifecycle.complete(make_claimed(), result={}), make_claimed()
    for position in ([1], "x", {"row": 1}, {"needs": [1, "x"]}, {"needs": None}):
        lifecycle.save_position(make_claimed(), position=position)
    lifecycle.save_position(working, position={"needs": [str(needed.pk)]})
    assert lifecycle.prune(dry_run=True) == lifecycle.prune() == 0

    lifecycle.complete(working, result={})

    assert lifecycle.prune() == 2
    assert not Task.objects.filter(pk=needed.pk).exists()


@pytest.mark.usefixtures("no_time_to_live")
def test_a_batch_goes_with_its_last_task(make_claimed: Make, alice: User) -> None:
    batch = Batch.objects.create(title="two files", owner=alice)
    first, second = make_claimed(batch=batch), make_claimed(batch=batch)
    lifecycle.complete(first, result={})
    lifecycle.prune()
    assert Batch.objects.exists()

    lifecycle.complete(second, result={})
    lifecycle.prune()

    assert not Batch.objects.exists()


@pytest.mark.usefixtures("no_time_to_live")
def test_pruning_works_in_small_batches_and_tells_after_each(
    make_claimed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    for _ in range(5):
        lifecycle.complete(make_claimed(), result={})
    told: list[int] = []

    assert lifecycle.prune(on_batch=told.append) == 5
    assert told == [2, 4, 5]


@pytest.mark.usefixtures("no_time_to_live")
def test_what_was_retried_is_not_pruned(make_claimed: Make) -> None:
    task = lifecycle.fail(make_claimed(), code="x", message="x")
    lifecycle.retry(task, attempts=1, origin=ORIGIN)

    assert lifecycle.prune() == 0
    assert claim(task).attempt == 2


def test_a_person_deletes_an_ended_task_before_its_time(make_claimed: Make) -> None:
    task = lifecycle.complete(make_claimed(), result={})
    assert task.expires_at is not None
    assert task.expires_at > timezone.now()

    lifecycle.delete(task)

    assert not Task.objects.exists()
    assert not TaskEvent.objects.exists()
