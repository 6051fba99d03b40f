"""A worker that computes keeps its task, whether or not the operation says a word."""

from __future__ import annotations

from pathlib import Path

from tasks_app.models import Task
from tests.lifecycle.rows import fresh
from tests.processes import Processes, wait_for_status, wait_until

from .asking import LEASE, ask, attempt, marks


def test_an_operation_without_checkpoints_keeps_its_lease(
    processes: Processes, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    processes.worker(concurrency=1)
    keeper = processes.keeper(what="is active")
    task = ask("stubborn", seconds=LEASE + 4, mark=str(mark))
    began = attempt(task, 1)
    first = fresh(task).lease_expires_at
    assert first is not None
    later = Task.objects.filter(pk=task.pk, lease_expires_at__gt=first)
    wait_until(later.first, what="the heartbeat to renew the lease")

    row = wait_for_status(task, "completed", seconds=LEASE + 10)

    assert row.finished_at is not None
    assert (row.finished_at - began.at).total_seconds() > LEASE
    assert (row.attempt, row.crash_count) == (1, 0)
    assert len(marks(mark)) == 1
    assert "rescued" not in keeper.logged
