"""What work depends on is looked at, with figures, and people are told of a change."""

from __future__ import annotations

import subprocess

import pytest

from tasks_app import lifecycle
from tasks_app.models import AlertChannel, Beat, Incident
from tasks_app.operations import health
from tests.operations.contracts.conftest import messages
from tests.operations.files.conftest import result_of

pytestmark = pytest.mark.embedded_only
NAMES = ["database", "redis", "broker", "keeper", "workers", "disk", "beat"]


@pytest.fixture
def all_is_well():
    lifecycle.take_keeper_lock(holder="keeper-1", seconds=600)
    lifecycle.note_worker(name="worker-1", queues=["default"], slots=2)
    return Beat.objects.create(name="beat-1", lag_seconds=0.5)


def incidents() -> list[tuple[str, bool, int]]:
    """The key of each incident, whether it is open, and how often it turned bad."""
    rows = Incident.objects.order_by("pk").values_list("key", "recovered_at", "count")
    return [(key, end is None, count) for key, end, count in rows]


def test_each_check_says_that_it_is_well_with_its_figures(run, all_is_well):
    task = run("health_check")

    assert task.status == "completed", messages(task, "error")
    result = result_of(task)
    assert result.pop("all_is_well") is True
    assert sorted(result) == sorted(NAMES)
    said = {(check["ok"], check["wrong"]) for check in result.values()}
    assert said == {(True, None)}
    assert all(check["answered_in_ms"] >= 0 for check in result.values())
    figures = result
    assert figures["workers"]["slots"] == 2
    there = figures["workers"]
    assert (there["workers"], there["pending_tasks"]) == (1, 0)
    assert figures["beat"]["lag_seconds"] == 0.5
    assert figures["disk"]["files_free_bytes"] > 0
    assert 0 < figures["disk"]["files_free_share"] <= 1
    assert incidents() == []


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("disk", {"DISK_FREE_BYTES": 10**18}, "The disk: it is almost full: "),
        ("redis", {}, "Redis: does not answer (ConnectionError)."),
        ("beat", {}, "The beat: schedules are 75 s late."),
        ("workers", {}, "Workers: no worker is there."),
        ("keeper", {}, "The keeper: no keeper is active."),
    ],
)
def test_what_is_wrong_is_named_and_told(
    run, all_is_well, settings, name, change, words
):
    settings.SIGHTLINE = {**settings.SIGHTLINE, **change}
    if name == "redis":
        settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    if name == "beat":
        Beat.objects.update(lag_seconds=75)
    if name == "workers":
        lifecycle.drop_worker(name="worker-1")
    if name == "keeper":
        lifecycle.drop_keeper_lock(holder="keeper-1")

    task = run("health_check")

    assert task.status == "completed_with_errors"
    (said,) = messages(task, "error")
    assert said.startswith(words)
    assert "hunter2" not in f"{task.result}{said}"
    checks = result_of(task)
    assert checks["all_is_well"] is False
    assert [each for each in NAMES if not checks[each]["ok"]] == [name]
    assert incidents() == [(f"health.{name}", True, 1)]


def test_a_disk_on_which_nothing_can_be_written_is_told(
    all_is_well, small_disk, settings
):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "DISK_FREE_BYTES": 1}
    settings.MEDIA_ROOT = small_disk / "files"  # to be made by the first upload
    assert not health.look("disk").wrong

    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    found = health.look("disk")
    assert found.wrong == "nothing can be written in the folder of files"
    assert found.figures["files_free_bytes"] > 0


def test_people_are_told_once_when_it_turns_bad_and_once_when_it_is_well(
    run, all_is_well
):
    channel = AlertChannel.objects.create(name="duty", kind="email", address="a@b.test")
    lifecycle.drop_worker(name="worker-1")
    for _ in range(3):
        run("health_check")
    assert incidents() == [("health.workers", True, 1)]
    assert [sent.occasion for sent in channel.deliveries.all()] == ["opened"]

    lifecycle.note_worker(name="worker-2", queues=["default"], slots=2)
    for _ in range(3):
        run("health_check")

    assert incidents() == [("health.workers", False, 1)]
    sent = channel.deliveries.order_by("created_at", "pk")
    assert sorted(each.occasion for each in sent) == ["opened", "recovered"]


def test_of_a_silent_beat_the_keeper_tells(run, all_is_well):
    Beat.objects.all().delete()

    task = run("health_check")

    assert messages(task, "error") == ["The beat: no beat is there."]
    assert incidents() == []


def test_what_is_ready_needs_no_beat(all_is_well):
    Beat.objects.all().delete()

    assert health.check() == {**dict.fromkeys(NAMES, "ok"), "beat": "no beat is there"}
