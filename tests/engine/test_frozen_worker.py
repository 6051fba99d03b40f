"""A worker that wakes up after its lease writes nothing that counts."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.lifecycle.rows import everything
from tests.processes import Processes, wait_for_status, wait_until

from .asking import ask, attempt, child_of, holder


def test_nothing_a_frozen_worker_writes_counts(
    processes: Processes, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    old = processes.worker(concurrency=1)
    processes.keeper()
    task = ask("gate", gate=str(gate))
    attempt(task, 1)
    old.signal_all(signal.SIGSTOP)
    new = processes.worker(concurrency=1)

    attempt(task, 2)
    wait_for_status(task, "completed")
    assert holder(task) == child_of(new)
    before = everything(task)
    gate.touch()
    old.signal_all(signal.SIGCONT)

    wait_until(lambda: "was taken away" in old.logged, what="the old one to notice")
    assert everything(task) == before
    assert task.events.filter(to_status="completed").count() == 1
