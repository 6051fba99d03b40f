"""A file is known again for a time after its task has gone, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.lifecycle import clearing
from tasks_app.models import Fingerprint, Task
from tests.conftest import ORIGIN
from tests.operations.files.conftest import result_of

from .conftest import listed

WHAT = ["fingerprints"]


@pytest.fixture
def known(make_claimed: Any) -> Any:
    """Return a function that makes a fingerprint, of a running task or of none."""

    def known(*, days: int, name: str = "a.csv", task: Task | None = None) -> None:
        key = task.pk if task else make_claimed().pk
        Fingerprint.objects.create(
            task=key,
            name=name,
            sha256="",
            rows=1,
            lines=b"",
            shingles=b"",
            made_at=timezone.now() - timedelta(days=days),
        )
        if task is None:
            gone = lifecycle.complete(Task.objects.get(pk=key), result={})
            Task.objects.filter(pk=gone.pk).update(
                expires_at=timezone.now() - timedelta(days=1)
            )
            assert lifecycle.prune() == 1

    return known


def names() -> list[str]:
    return sorted(Fingerprint.objects.values_list("name", flat=True))


def test_what_is_older_than_its_time_to_live_goes_when_its_task_is_gone(
    run, known, settings
):
    settings.SIGHTLINE = {
        **settings.SIGHTLINE,
        "FINGERPRINT_TIME_TO_LIVE": timedelta(days=10),
    }
    known(days=9, name="young.csv")
    known(days=11, name="old.csv")

    look = run("clean_up", what=WHAT, dry_run=True)
    assert result_of(look)["would_delete"] == {"fingerprints": 1}
    assert names() == ["old.csv", "young.csv"]
    done = run("clean_up", what=WHAT)

    assert result_of(done)["deleted"] == {"fingerprints": 1}
    assert names() == ["young.csv"]
    assert listed(done, "cleaned-up.csv") == listed(look, "would-go.csv")
    (row,) = listed(done, "cleaned-up.csv")
    assert (row["Kind"], row["Name"]) == ("fingerprint", "old.csv")
    assert row["Why"].endswith("its time to live is over")
    said = done.events.filter(kind="step").last()
    assert "fingerprints" in said.message


def test_those_of_tasks_that_are_there_stay_unless_these_made_nothing(
    run, known, make_claimed, make_task
):
    lifecycle.obey(lifecycle.cancel(stopped := make_claimed(), origin=ORIGIN))
    tasks = {
        "completed.csv": lifecycle.complete(make_claimed(), result={}),
        "running.csv": make_claimed(),
        "pending.csv": make_task(),
        "cancelled.csv": stopped,
        "failed.csv": lifecycle.fail(make_claimed(), code="x", message="x"),
    }
    for name, task in tasks.items():
        known(days=400, name=name, task=task)

    counts = result_of(run("clean_up"))["deleted"]

    assert counts["fingerprints"] == 2
    assert names() == ["completed.csv", "pending.csv", "running.csv"]


def test_they_go_in_small_batches(run, known, monkeypatch):
    for _ in range(5):
        known(days=400)
    monkeypatch.setattr(clearing, "BATCH", 2)

    assert [len(lifecycle.clear_fingerprints()) for _ in range(4)] == [2, 2, 1, 0]


def test_a_file_of_which_nothing_was_made_is_not_known_when_its_task_is_pruned(
    known, make_claimed, settings
):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(seconds=-1)}
    for name in ("failed.csv", "completed.csv"):
        known(days=1, name=name, task=(task := make_claimed()))
        if name == "failed.csv":
            lifecycle.fail(task, code="x", message="x")
        else:
            lifecycle.complete(task, result={})

    assert lifecycle.prune() == 2

    assert names() == ["completed.csv"]
