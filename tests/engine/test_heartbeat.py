"""A worker that computes keeps its task, whether or not the operation says a word."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tasks_app.models import KeeperLock, Task
from tests.lifecycle.rows import fresh
from tests.processes import Processes, wait_for_status, wait_until

from .asking import EXPIRY, SWEEP, ask, attempt


def test_an_operation_without_checkpoints_keeps_its_lease(
    processes: Processes, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    # Twelve, so that a worker may get no CPU for ten seconds and still be in time.
    processes.worker(concurrency=1, LEASE_SECONDS="12")
    keeper = processes.keeper(what="is active")
    task = ask("gate", gate=str(gate))
    attempt(task, 1)
    first = fresh(task).lease_expires_at
    assert first is not None
    later = Task.objects.filter(pk=task.pk, lease_expires_at__gt=first)
    wait_until(later.first, what="the heartbeat to renew the lease")
    # The keeper renews its lock before it sweeps: this is its second sweep after that.
    swept = first + timedelta(seconds=EXPIRY + SWEEP)
    looked = KeeperLock.objects.filter(expires_at__gt=swept)
    wait_until(looked.exists, what="the keeper to look after the first lease")
    gate.touch()

    row = wait_for_status(task, "completed_with_errors")  # it notes one

    assert (row.attempt, row.crash_count) == (1, 0)
    assert "rescued" not in keeper.logged
