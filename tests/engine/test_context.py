"""What an operation sees of its task, in one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tasks_app import lifecycle
from tasks_app.errors import (
    CancelInterruption,
    Interruption,
    LeaseInterruption,
    PauseInterruption,
    TimeLimitInterruption,
)
from tasks_app.models import Task
from tasks_app.operations.context import Context
from tests.conftest import ORIGIN
from tests.lifecycle.rows import Make, claim, fresh

Engage = Callable[..., Context]


@pytest.fixture
def engage(make_claimed: Make) -> Engage:
    """Return a function that makes the context of a claimed task."""

    def make(*, seconds: float = 60, **fields: Any) -> Context:
        return Context(make_claimed(**fields), time_limit=timedelta(seconds=seconds))

    return make


def set_engine(settings: Any, **values: Any) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, **values}


def test_progress_is_written_once_a_second_and_the_last_one_lands(
    engage: Engage,
) -> None:
    context = engage()
    began = context.task.version
    start = time.monotonic()
    for number in range(1, 5001):
        context.progress(number, 5000)
    seconds = time.monotonic() - start

    row = fresh(context.task)
    assert 1 <= row.version - began <= 1 + seconds
    assert context.last_progress == (5000, 5000, "")
    context.end()
    ended = lifecycle.complete(context.task, result={}, progress=context.last_progress)
    assert ended.progress_current == 5000


def test_the_heartbeat_writes_a_progress_that_waits(
    engage: Engage, settings: Any
) -> None:
    set_engine(settings, PROGRESS_SECONDS=3600)
    context = engage()
    context.progress(1, 9)
    context.progress(2, 9)  # throttled
    context.beat()  # it is too early
    assert fresh(context.task).progress_current == 1
    set_engine(settings, PROGRESS_SECONDS=0)

    context.beat()

    assert fresh(context.task).progress_current == 2
    assert context.last_progress is None


@pytest.mark.django_db(transaction=True)
def test_no_progress_is_lost_to_a_heartbeat_that_writes_at_the_same_time(
    engage: Engage, settings: Any
) -> None:
    set_engine(settings, PROGRESS_SECONDS=0)
    context = engage()
    stop = threading.Event()

    def beat() -> None:
        while not stop.is_set():
            context.beat()
        connection.close()

    thread = threading.Thread(target=beat)
    thread.start()
    for number in range(1, 201):
        context.progress(number, 200)
    stop.set()
    thread.join()

    last = context.last_progress
    done = lifecycle.complete(context.task, result={}, progress=last)
    assert done.progress_current == 200


def test_a_step_always_lands_and_a_waiting_progress_with_it(engage: Engage) -> None:
    context = engage()
    context.progress(1, 9, "Row 1")
    context.progress(2, 9, "Row 2")
    context.step("some_stage", rows=3)
    context.step("some_stage", rows=3)

    steps = context.task.events.filter(kind="step")
    assert [event.data for event in steps] == [{"rows": 3}, {"rows": 3}]
    assert context.last_progress is None
    row = fresh(context.task)
    assert (row.progress_current, row.progress_total) == (2, 9)
    assert row.progress_message == "Some stage..."


def test_a_progress_without_words_keeps_those_that_wait(engage: Engage) -> None:
    context = engage()
    context.progress(1, 9, "Row 1")
    context.progress(2, 9, "Row 2")
    context.progress(3, 9)

    assert context.last_progress == (3, 9, "Row 2")


@pytest.mark.parametrize("asked", [lifecycle.pause, lifecycle.cancel])
def test_the_last_progress_lands_when_the_task_is_stopped(
    engage: Engage, asked: Any
) -> None:
    context = engage()
    context.progress(1, 9)
    context.progress(7, 9)
    asked(context.task, origin=ORIGIN)

    stopped = lifecycle.obey(context.task, progress=context.last_progress)

    assert (stopped.progress_current, stopped.progress_total) == (7, 9)


def test_the_last_progress_lands_when_the_attempt_is_given_back(
    engage: Engage,
) -> None:
    context = engage()
    context.progress(1, 9)
    context.progress(7, 9)

    released = lifecycle.release(
        context.task,
        delay=0,
        code="busy",
        message="The line is busy.",
        progress=context.last_progress,
    )

    assert (released.status, released.progress_current) == ("pending", 7)


def test_tracking_reports_each_item_and_knows_the_total(
    engage: Engage, settings: Any
) -> None:
    set_engine(settings, PROGRESS_SECONDS=0)
    context = engage()

    assert list(context.track(["a", "b", "c"])) == ["a", "b", "c"]
    row = fresh(context.task)
    assert (row.progress_current, row.progress_total) == (3, 3)


def test_a_position_is_there_at_once_and_for_the_next_attempt(engage: Engage) -> None:
    context = engage()
    before = context.position
    context.save({"row": 7})
    assert before is None
    assert context.position == {"row": 7}

    lifecycle.release(context.task, delay=0, code="x", message="x")
    again = Context(claim(context.task), time_limit=timedelta(minutes=1))
    assert again.position == {"row": 7}


@pytest.mark.parametrize(
    ("verb", "interruption"),
    [
        (lifecycle.cancel, CancelInterruption),
        (lifecycle.pause, PauseInterruption),
    ],
)
@pytest.mark.parametrize("call", ["step", "progress", "error", "save", "checkpoint"])
def test_every_call_stops_an_operation_that_was_asked_to(
    engage: Engage, settings: Any, verb: Make, interruption: Any, call: str
) -> None:
    set_engine(settings, PROGRESS_SECONDS=0)
    context = engage()
    verb(context.task, origin=ORIGIN)
    calls: dict[str, Callable[[], None]] = {
        "step": lambda: context.step("x"),
        "progress": lambda: context.progress(1),
        "error": lambda: context.error("x"),
        "save": lambda: context.save(1),
        "checkpoint": context.checkpoint,
    }

    with pytest.raises(interruption):
        calls[call]()


def test_a_request_is_seen_at_the_first_checkpoint_after_a_second(
    engage: Engage,
) -> None:
    began = time.monotonic()
    context = engage()
    start = time.monotonic()
    lifecycle.cancel(context.task, origin=ORIGIN)
    asked = [time.monotonic()]  # when each checkpoint was come to

    def work() -> None:
        while asked[-1] - start < 60:
            asked.append(time.monotonic())
            context.checkpoint()

    with pytest.raises(CancelInterruption):
        work()

    *unseen, _ = asked[1:]
    assert all(at - start < 1 for at in unseen)
    assert time.monotonic() - began > 1


def test_a_lost_lease_stops_the_operation_at_its_next_call(engage: Engage) -> None:
    context = engage()
    lifecycle.complete(context.task, result={})

    with pytest.raises(LeaseInterruption):
        context.step("x")
    with pytest.raises(LeaseInterruption):
        context.checkpoint()
    context.beat()  # has nothing to say any more


def test_an_operation_cannot_swallow_an_interruption_by_accident() -> None:
    assert not issubclass(Interruption, Exception)


def test_time_that_is_over_stops_the_operation(engage: Engage) -> None:
    context = engage(seconds=0)

    with pytest.raises(TimeLimitInterruption):
        context.checkpoint()


def test_the_heartbeat_ends_what_never_comes_to_a_checkpoint(
    engage: Engage, settings: Any
) -> None:
    set_engine(settings, GRACE_SECONDS=0)
    context = engage(seconds=0)
    context.beat()

    row = fresh(context.task)
    assert (row.status, row.error_code) == ("failed", "time_limit")
    assert row.error_message == (
        "It took longer than the 0 seconds it may take, and was stopped."
    )
    with pytest.raises(LeaseInterruption):
        context.checkpoint()


def test_the_heartbeat_leaves_an_ended_attempt_alone(
    engage: Engage, settings: Any
) -> None:
    set_engine(settings, HEARTBEAT_SECONDS=0)
    context = engage()
    context.end()
    before = fresh(context.task).lease_expires_at

    context.beat()

    assert fresh(context.task).lease_expires_at == before


def test_an_artifact_is_added_when_its_block_ends(engage: Engage) -> None:
    context = engage()
    with context.artifact("report.txt", content_type="text/plain") as path:
        path.write_text("three rows")
        assert not context.task.artifacts.exists()

    artifact = context.task.artifacts.get()
    assert Path(artifact.file.path).read_text() == "three rows"
    assert not path.exists()


def test_an_artifact_whose_block_fails_is_not_added(engage: Engage) -> None:
    context = engage()

    paths: list[Path] = []

    def write() -> None:
        with context.artifact("x") as path:
            paths.append(path)
            path.write_text("half")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        write()

    assert not context.task.artifacts.exists()
    assert not paths[0].exists()


@pytest.mark.django_db(transaction=True)
def test_a_large_artifact_does_not_keep_the_heartbeat_waiting(
    engage: Engage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_engine(settings, HEARTBEAT_SECONDS=0, PROGRESS_SECONDS=60)
    context = engage()
    until = context.task.lease_expires_at
    beaten = threading.Event()
    verb = lifecycle.add_artifact

    def slowly(task: Task, **facts: Any) -> Task:
        assert beaten.wait(60), "the heartbeat waits for the copy"
        return verb(task, **facts)

    def beat() -> None:
        context.beat()
        connection.close()
        beaten.set()

    monkeypatch.setattr(lifecycle, "add_artifact", slowly)
    time.sleep(0.01)  # so that the renewed lease differs
    thread = threading.Thread(target=beat)
    with context.artifact("large") as path:
        path.write_text("large")
        thread.start()
    thread.join()

    renewed = fresh(context.task).lease_expires_at
    assert renewed is not None
    assert until is not None
    assert renewed > until


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
