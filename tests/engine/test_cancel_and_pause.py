"""What people ask of tasks, with real workers."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.operations import submission
from tests.conftest import ORIGIN
from tests.lifecycle.rows import everything, fresh
from tests.processes import Processes, wait_for_status, wait_until

from .asking import GRACE, ask, attempt, marks, seconds_between


def test_what_was_cancelled_while_it_waited_never_runs(
    processes: Processes, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    worker = processes.worker(concurrency=1)
    busy = ask("gate", gate=str(tmp_path / "gate"))
    attempt(busy, 1)
    task = ask("stubborn", seconds=0, mark=str(mark))
    lifecycle.cancel(task, origin=ORIGIN)
    before = everything(task)
    worker.kill()

    processes.worker(concurrency=1)
    processes.keeper()

    wait_for_status(ask("echo", priority=0), "completed")  # behind it in the queue
    assert marks(mark) == []
    assert everything(task) == before
    assert fresh(task).attempt == 0


def test_running_work_stops_at_its_next_checkpoint_and_goes_on_when_resumed(
    processes: Processes, tmp_path: Path
) -> None:
    mark, hold = tmp_path / "mark", tmp_path / "mark.hold"
    hold.touch()  # else it could be over before we do what is next
    processes.worker(concurrency=1)
    task = ask("count", to=40, pause=0.05, mark=str(mark))
    wait_until(lambda: len(marks(mark)) >= 5, what="five numbers")

    lifecycle.pause(task, origin=ORIGIN)
    paused = wait_for_status(task, "paused")
    counted = len(marks(mark))
    assert (paused.position, counted < 40) == (counted, True)
    hold.unlink()

    submission.resume(paused, origin=ORIGIN)
    done = wait_for_status(task, "completed")
    assert done.result == {"began": counted, "attempt": 2}
    numbers = [int(line.split()[1]) for line in marks(mark)]
    assert numbers == list(range(1, 41))
    assert done.max_attempts - done.attempt == 2  # as after the first of three

    running = ask("slow")
    attempt(running, 1)
    lifecycle.cancel(running, origin=ORIGIN)
    assert wait_for_status(running, "cancelled").attempt == 1


def test_a_stubborn_operation_loses_its_lease_after_the_grace_time(
    processes: Processes, tmp_path: Path
) -> None:
    worker = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("gate", gate=str(tmp_path / "gate"))
    attempt(task, 1)
    asked_at = timezone.now()
    lifecycle.cancel(task, origin=ORIGIN)

    row = wait_for_status(task, "cancelled")

    assert row.finished_at is not None
    assert seconds_between(asked_at, row.finished_at) >= GRACE
    before = everything(task)
    (tmp_path / "gate").touch()
    wait_until(lambda: "was taken away" in worker.logged, what="it to notice")
    assert everything(task) == before


def test_an_overlong_operation_fails_and_gives_its_slot_back(
    processes: Processes,
) -> None:
    worker = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("overlong", seconds=3600)
    attempt(task, 1)
    waiting = ask("echo")

    row = wait_for_status(task, "failed")

    assert row.error_code == "time_limit"
    # The hard limit, 14 s after the start, replaces the child that still sleeps.
    wait_for_status(waiting, "completed")
    assert row.finished_at is not None
    assert attempt(waiting, 1).at > row.finished_at
    assert fresh(task).version == row.version
    assert worker.alive
