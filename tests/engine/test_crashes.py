"""Whatever dies in the middle of a task, the task goes on; but not for ever."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from django.utils import timezone

from tests.processes import Processes, wait_for_status, wait_until

from .asking import RESCUE, ask, attempt, child_of, holder, marks, seconds_between


def test_a_killed_child_loses_nothing_and_its_task_goes_on_where_it_was(
    processes: Processes, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    worker = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("count", to=30, pause=0.05, mark=str(mark))
    wait_until(lambda: len(marks(mark)) >= 5, what="five numbers")
    killed_at = timezone.now()
    os.kill(child_of(worker), signal.SIGKILL)

    again = attempt(task, 2, seconds=RESCUE)

    assert seconds_between(killed_at, again.at) <= RESCUE
    row = wait_for_status(task, "completed", seconds=15)
    assert (row.crash_count, row.max_attempts - row.attempt) == (1, 2)
    assert row.result is not None
    assert row.result["began"] >= 4
    numbers = [int(line.split()[1]) for line in marks(mark)]
    assert sorted(set(numbers)) == list(range(1, 31))
    assert len(numbers) <= 31  # the number it died at may come twice
    assert worker.alive


def test_a_killed_worker_loses_nothing(processes: Processes, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    first = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("count", to=30, pause=0.05, mark=str(mark))
    wait_until(lambda: len(marks(mark)) >= 5, what="five numbers")
    second = processes.worker(concurrency=1, wait=False)
    killed_at = timezone.now()
    first.kill()

    again = attempt(task, 2, seconds=RESCUE + 20)

    processes.wait_for_log(second, " ready.")
    assert seconds_between(killed_at, again.at) <= RESCUE
    assert holder(task) == child_of(second)
    row = wait_for_status(task, "completed", seconds=15)
    assert (row.crash_count, row.attempt) == (1, 2)


def test_a_task_that_kills_its_worker_three_times_fails_with_the_reason(
    processes: Processes, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    worker = processes.worker(concurrency=1, LEASE_SECONDS="2", HEARTBEAT_SECONDS="1")
    processes.keeper(SWEEP_SECONDS="0.5")
    task = ask("die", mark=str(mark))
    other = ask("echo")

    row = wait_for_status(task, "failed", seconds=3 * (2 + 0.5 + 2) + 10)

    assert (row.error_code, row.crash_count, row.attempt) == ("worker_lost", 3, 3)
    assert "stopped answering 3 times" in row.error_message
    assert len(marks(mark)) == 3
    assert wait_for_status(other, "completed").crash_count == 0
    assert worker.alive


def test_a_worker_that_is_asked_to_stop_ends_what_it_runs_first(
    processes: Processes,
) -> None:
    worker = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("slow", seconds=4)
    attempt(task, 1)

    worker.popen.send_signal(signal.SIGTERM)

    row = wait_for_status(task, "completed")
    assert (row.attempt, row.crash_count) == (1, 0)
    assert worker.popen.wait(15) == 0
