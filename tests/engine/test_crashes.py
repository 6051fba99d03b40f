"""Whatever dies in the middle of a task, the task goes on; but not for ever."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.lifecycle.rows import fresh
from tests.processes import PATIENCE, Processes, wait_for_status, wait_until

from .asking import ask, attempt, child_of, holder, marks


def test_a_killed_child_loses_nothing_and_its_task_goes_on_where_it_was(
    processes: Processes, tmp_path: Path
) -> None:
    mark, hold = tmp_path / "mark", tmp_path / "mark.hold"
    hold.touch()  # else it could be over before we do what is next
    worker = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("count", to=30, pause=0.05, mark=str(mark))
    wait_until(lambda: len(marks(mark)) >= 5, what="five numbers")
    os.kill(child_of(worker), signal.SIGKILL)
    lease_ends = fresh(task).lease_expires_at
    hold.unlink()

    again = attempt(task, 2)

    assert lease_ends is not None
    assert again.at >= lease_ends
    row = wait_for_status(task, "completed")
    # A lease may end once more where nothing died, on a machine that is too busy.
    assert (row.crash_count, row.max_attempts) == (row.attempt - 1, row.attempt + 2)
    assert row.result is not None
    assert row.result["began"] >= 4
    numbers = [int(line.split()[1]) for line in marks(mark)]
    assert sorted(set(numbers)) == list(range(1, 31))
    assert len(numbers) <= 30 + row.crash_count  # what it died at may come twice
    assert worker.alive


def test_a_killed_worker_loses_nothing(processes: Processes, tmp_path: Path) -> None:
    mark, hold = tmp_path / "mark", tmp_path / "mark.hold"
    hold.touch()  # else it could be over before we do what is next
    first = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("count", to=30, pause=0.05, mark=str(mark))
    wait_until(lambda: len(marks(mark)) >= 5, what="five numbers")
    first.kill()
    lease_ends = fresh(task).lease_expires_at
    second = processes.worker(concurrency=1)

    again = attempt(task, 2)

    assert lease_ends is not None
    assert again.at >= lease_ends
    assert holder(task) == child_of(second)
    hold.unlink()
    row = wait_for_status(task, "completed")
    assert row.crash_count == row.attempt - 1
    assert holder(task) == child_of(second)


def test_a_task_that_kills_its_worker_three_times_fails_with_the_reason(
    processes: Processes, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    worker = processes.worker(concurrency=1, LEASE_SECONDS="4", HEARTBEAT_SECONDS="1")
    processes.keeper(SWEEP_SECONDS="0.5")
    task = ask("die", mark=str(mark))
    other = ask("echo")

    row = wait_for_status(task, "failed")

    assert (row.error_code, row.crash_count, row.attempt) == ("worker_lost", 3, 3)
    assert "stopped answering 3 times" in row.error_message
    wait_until(lambda: len(marks(mark)) == 3, what="the last one to have begun")
    done = wait_for_status(other, "completed")
    assert done.crash_count == done.attempt - 1
    assert worker.alive


def test_a_worker_that_is_asked_to_stop_ends_what_it_runs_first(
    processes: Processes,
) -> None:
    worker = processes.worker(concurrency=1)  # and nobody who would rescue the task
    task = ask("slow", seconds=4)
    attempt(task, 1)

    worker.popen.send_signal(signal.SIGTERM)

    row = wait_for_status(task, "completed")
    assert (row.attempt, row.crash_count) == (1, 0)
    assert worker.popen.wait(PATIENCE) == 0
