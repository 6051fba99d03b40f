"""Whoever holds a task while the clean-up comes keeps all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import Artifact, StepSentence, Task, Upload
from tasks_app.operations.maintenance import cleaning
from tasks_app.operations.maintenance.cleaning import CLEANERS
from tests.conftest import ORIGIN
from tests.lifecycle.rows import fresh

PAST = timedelta(seconds=-1)


@pytest.fixture
def ended(left, upload, settings) -> Task:
    """A task whose time is over, with an upload and an artifact that expired."""
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": PAST}
    task = left(upload=upload(), time_to_live=PAST)
    return lifecycle.fail(task, code="x", message="x")


def beside(
    deed: Callable[[], object], clean: Callable[[], Sequence[object]]
) -> list[int]:
    """Clean while `deed` is done and not committed; return how much went."""
    is_done, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                deed()
                is_done.set()
                may_commit.wait(5)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_done.wait(5)
    if connection.vendor == "sqlite":  # where writers queue
        may_commit.set()
    went = [len(clean())]
    may_commit.set()
    holder.join()
    return [*went, len(clean())]


@pytest.mark.parametrize("clear", ["prune_some", "clear_artifacts"])
def test_a_retry_that_is_being_written_wins(ended, clear):
    def retry() -> None:
        lifecycle.retry(ended, attempts=1, origin=ORIGIN)

    assert beside(retry, getattr(lifecycle, clear)) == [0, 0]

    task = fresh(ended)
    assert task.status == "pending"
    assert task.upload is not None
    assert task.upload.path.is_file()
    assert Path(task.artifacts.get().file.path).is_file()


@pytest.mark.parametrize("clear", ["prune_some", "clear_artifacts"])
def test_so_does_who_keeps_it(ended, clear):
    def keep() -> None:
        lifecycle.keep(ended, origin=ORIGIN)

    assert beside(keep, getattr(lifecycle, clear)) == [0, 0]

    assert Artifact.objects.filter(task=ended).exists()


def test_an_upload_that_another_retry_takes_over_stays(ended):
    """The new task is not committed, the old one is what the clean-up looks at."""
    row = ended.upload
    Upload.objects.update(created_at="2020-01-01T00:00Z")

    def retry_with_other_parameters() -> None:
        held = Task.objects.select_for_update().get(pk=ended.pk)
        facts = {"operation": held.operation, "title": "again", "owner": held.owner}
        lifecycle.create(origin=ORIGIN, upload=row, retry_of=held, **facts)

    went = beside(retry_with_other_parameters, lifecycle.prune_some)

    assert sum(went) == 1  # the old task may go as soon as the new one is there
    assert lifecycle.clear_uploads() == []
    assert Task.objects.get().upload == row
    assert row.path.is_file()


def test_two_that_clean_at_once_each_remove_their_part_once(
    make_claimed, settings, monkeypatch
):
    from tasks_app.lifecycle import pruning

    monkeypatch.setattr(pruning, "BATCH", 3)
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": PAST}
    ids = {lifecycle.complete(make_claimed(), result={}).pk for _ in range(20)}
    gone: list[object] = []

    def clean() -> None:
        try:
            while found := lifecycle.prune_some():
                gone.extend(row.pk for row in found)
        finally:
            connection.close()

    threads = [threading.Thread(target=clean) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(gone), set(gone)) == (20, ids)


@pytest.mark.parametrize("what", ["artifacts", "tasks", "uploads"])
@pytest.mark.django_db(transaction=True)
def test_a_look_writes_while_others_write(what, make_claimed, monkeypatch):
    """SQLite refuses who wants to write and still reads what was there before."""
    monkeypatch.setattr(cleaning, "CHUNK", 2)
    old = timezone.now() - timedelta(days=3)
    for number in range(5):
        task = lifecycle.complete(make_claimed(), result={})
        facts = {"file": f"x/{number}", "size": 1, "sha256": "x"}
        Artifact.objects.create(task=task, name="a", expires_at=old, **facts)
        Upload.objects.create(original_name="u", **facts)
    Upload.objects.update(created_at=old)
    Task.objects.update(expires_at=old)

    def write(name: str) -> None:
        StepSentence.objects.create(step=name, facts="", sentence="Writing...")

    def write_as_another(name: str) -> None:
        write(name)
        connection.close()

    seen = []
    for number, batch in enumerate(CLEANERS[what].would(lambda: None)):
        seen += [gone.id for gone in batch]
        other = threading.Thread(target=write_as_another, args=[f"other {number}"])
        other.start()
        other.join()
        with transaction.atomic():
            write(f"own {number}")

    assert len(seen) == len(set(seen)) == 5
    assert StepSentence.objects.count() == 6
