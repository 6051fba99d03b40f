"""A run is known when its task is gone, and what the task ended as."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.schedules import turn
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim

from .plans import every, schedule, utc

NOON = utc("2026-05-01 12:00")


@pytest.fixture
def two(transactional_db: None) -> Any:
    """The runs of two slots, and their tasks: completed and cancelled."""
    made = schedule(every(60), since=NOON)
    turn(NOON + timedelta(minutes=2))
    first, second = Task.objects.order_by("pk")
    lifecycle.complete(claim(first), result={})
    lifecycle.cancel(second, origin=ORIGIN)
    return made, Task.objects.order_by("pk")


def test_a_deleted_task_leaves_its_run(two: Any) -> None:
    made, tasks = two

    lifecycle.delete(tasks.first())

    first, second = made.runs.order_by("slot")
    assert (first.task, first.ended_as, first.outcome) == (
        None,
        "completed",
        "submitted",
    )
    assert second.task is not None
    assert second.ended_as == ""


def test_pruned_tasks_leave_their_runs(two: Any, settings: Any) -> None:
    made, tasks = two
    with transaction.atomic():
        tasks.update(expires_at=NOON - timedelta(days=999))

    assert lifecycle.prune() == 2

    ended = made.runs.order_by("slot").values_list("task", "ended_as")
    assert list(ended) == [(None, "completed"), (None, "cancelled")]
    connection.check_constraints()
    turn(NOON + timedelta(minutes=3))
    assert made.runs.count() == 3


def test_a_removed_schedule_leaves_its_tasks(two: Any) -> None:
    made, tasks = two

    made.plan.delete()

    assert tasks.count() == 2
    connection.check_constraints()
