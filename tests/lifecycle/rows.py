"""What the tests of the lifecycle read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tasks_app import lifecycle
from tasks_app.models import Task

Make = Callable[..., Task]


def fresh(task: Task) -> Task:
    """The row as the database has it now."""
    return Task.objects.get(pk=task.pk)


def everything(task: Task) -> tuple[Any, ...]:
    """The row, its history and its artifacts, to see that nothing changed."""
    row = Task.objects.filter(pk=task.pk).values().get()
    return row, list(task.events.values()), list(task.artifacts.values())


def moves(task: Task) -> list[str]:
    """The statuses the history tells, in order."""
    return [event.to_status for event in task.events.filter(kind="status")]


def claim(task: Task, *, worker: str = "worker-1") -> Task:
    """The next attempt of a task that is to be had."""
    claimed = lifecycle.claim(str(task.pk), worker=worker)
    assert claimed is not None
    return claimed


def let_leases_end(settings: Any) -> None:
    """Leases given from now on have ended when they are given."""
    settings.SIGHTLINE = {**settings.SIGHTLINE, "LEASE_SECONDS": -1}


def crash(task: Task) -> Task:
    """The keeper finds the lease ended; `let_leases_end` came before the claim."""
    moved = lifecycle.expire(fresh(task))
    assert moved is not None
    return moved
