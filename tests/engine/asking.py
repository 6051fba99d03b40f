"""How the tests of the engine ask for work and read what became of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tasks_app.models import Task, TaskEvent
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN
from tests.processes import Process, wait_until

GRACE, REPUBLISH, SWEEP = 4, 4, 2  # seconds, as in tests.servers.environment
EXPIRY = 3 * SWEEP  # of the lock of the active keeper
NEVER = "3600"  # seconds: longer than any test


def ask(operation: str, *, priority: int = 5, **params: Any) -> Task:
    """Submit a task that nobody owns."""
    return submit(
        operation=f"workshop.{operation}",
        owner=None,
        origin=ORIGIN,
        params=params,
        priority=priority,
    )


def attempt(task: Task, number: int) -> TaskEvent:
    """The event with which the attempt began, once it is there."""
    begun = task.events.filter(to_status="processing", attempt=number)
    what = f"attempt {number} of {task.pk}"
    event: TaskEvent = wait_until(begun.first, what=what)
    return event


def marks(path: Path) -> list[str]:
    """The lines that an operation left."""
    return path.read_text().splitlines() if path.exists() else []


def holder(task: Task) -> int:
    """The process that runs the task's attempt."""
    worker = Task.objects.values_list("worker", flat=True).get(pk=task.pk)
    return int(worker.rpartition(":")[2])


def child_of(worker: Process) -> int:
    """The only child of a worker with one slot."""
    (child,) = worker.children()
    return int(child.pid)


def seconds_between(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()
