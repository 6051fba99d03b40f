"""A beat asks little: what is due together costs a few queries, what is not none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask

from tasks_app import lifecycle
from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.operations.schedules import turn
from tasks_app.operations.schedules.forgetting import forget_runs
from tests.conftest import ORIGIN

from .plans import cron, every, many, schedule, slots, tasks, utc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
NOON = utc("2026-05-01 12:00")
MINUTE = timedelta(minutes=1)
MANY = 1_000
# SQLite takes a thousand values in a statement, about thirty tasks.
PORTIONS = 6 if connection.vendor == "sqlite" else 0


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


@pytest.mark.parametrize(
    ("overlap", "most"), [("allow", 14), ("skip", 15), ("queue", 16)]
)
def test_schedules_that_are_due_together_cost_no_queries_each(overlap, most):
    rule = cron("* * * * *")
    many(1, rule, since=NOON, overlap=overlap)
    alone = queries(lambda: turn(NOON + MINUTE))
    many(60, every(60), since=NOON + MINUTE, overlap=overlap)

    together = queries(lambda: turn(NOON + 2 * MINUTE))

    assert ScheduleRun.objects.count() == 62
    assert tasks() == (62 if overlap == "allow" else 61)
    assert alone <= most
    assert together <= alone + PORTIONS


def test_the_slots_that_are_made_up_for_cost_no_queries_each():
    schedule(every(60), since=NOON, missed="all")

    assert queries(lambda: turn(NOON + 60 * MINUTE)) <= 14 + PORTIONS
    assert tasks() == 60


def test_a_thousand_that_are_not_due_cost_two_queries():
    many(MANY, cron("0 3 * * *"), since=NOON)

    assert queries(lambda: turn(NOON)) == 2
    assert queries(lambda: turn(NOON + MINUTE)) == 2


def test_a_thousand_that_are_not_due_make_one_that_is_no_dearer():
    made = schedule(cron("* * * * *"), since=NOON)
    alone = queries(lambda: turn(NOON + MINUTE))
    many(MANY, cron("0 3 * * *"), since=NOON)

    assert queries(lambda: turn(NOON + 2 * MINUTE)) <= alone
    assert len(slots(made)) == 2


def test_a_thousand_that_are_off_cost_nothing():
    many(MANY, cron("* * * * *"), since=NOON)
    PeriodicTask.objects.update(enabled=False)
    Schedule.objects.update(handled_until=None)

    assert queries(lambda: turn(NOON + MINUTE)) == 2
    assert not tasks()


def test_a_thousand_that_are_due_at_once_are_all_submitted():
    many(MANY, cron("* * * * *"), since=NOON)

    assert turn(NOON + MINUTE) == pytest.approx(60, abs=59)

    assert tasks() == ScheduleRun.objects.filter(outcome="submitted").count() == MANY
    assert queries(lambda: turn(NOON + MINUTE)) == 2


def test_slots_that_wait_cost_nothing_while_their_task_runs():
    many(30, every(60), since=NOON, overlap="queue")
    turn(NOON + MINUTE)
    turn(NOON + 2 * MINUTE)

    assert queries(lambda: turn(NOON + 2 * MINUTE)) == 2
    lifecycle.cancel(Task.objects.all()[0], origin=ORIGIN)
    turn(NOON + 2 * MINUTE)
    assert tasks() == 31


def test_runs_are_looked_at_only_where_there_are_many():
    many(30, every(60), since=NOON)
    turn(NOON + MINUTE)

    assert queries(lambda: forget_runs(NOON)) == 1
