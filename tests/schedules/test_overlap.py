"""What becomes of a slot while the task of an earlier one is not final."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks_app import lifecycle
from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.operations import registry
from tasks_app.operations.registry import Operation
from tasks_app.operations.schedules import run_now, turn
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim

from .plans import every, live, schedule, slots, utc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
NOON = utc("2026-05-01 12:00")
MINUTE = timedelta(minutes=1)


def minutes(made: Schedule, outcome: str = "submitted") -> list[int]:
    return [slot.minute for slot in slots(made, outcome)]


def newest() -> Task:
    task = Task.objects.order_by("pk").last()
    assert task is not None
    return task


def end(task: Task, how: str) -> None:
    """Let it be final in one of the ways there are."""
    if how == "cancelled":
        lifecycle.cancel(task, origin=ORIGIN)
    elif how == "failed":
        lifecycle.fail(claim(task), code="boom", message="Boom.")
    else:
        lifecycle.complete(claim(task), result={})


def test_allowed_is_another_task():
    made = schedule(every(60), since=NOON, overlap="allow")
    live(NOON, NOON + 3 * MINUTE)
    assert minutes(made) == [1, 2, 3]


@pytest.mark.parametrize("status", ["pending", "processing", "paused"])
@pytest.mark.parametrize("overlap", ["skip", "queue"])
def test_a_task_that_is_not_final_keeps_the_next_from_starting(status, overlap):
    made = schedule(every(60), since=NOON, overlap=overlap)
    turn(NOON + MINUTE)
    if status == "processing":
        claim(newest())
    elif status == "paused":
        lifecycle.pause(newest(), origin=ORIGIN)

    live(NOON + 2 * MINUTE, NOON + 3 * MINUTE)

    assert minutes(made) == [1]
    outcome = {"skip": "overlapped", "queue": "waiting"}[overlap]
    assert minutes(made, outcome) == [2, 3]
    assert Task.objects.count() == 1


@pytest.mark.parametrize("how", ["completed", "failed", "cancelled"])
def test_after_any_end_the_next_slot_is_submitted(how):
    made = schedule(every(60), since=NOON, overlap="skip")
    turn(NOON + MINUTE)
    turn(NOON + 2 * MINUTE)
    end(newest(), how)

    turn(NOON + 3 * MINUTE)

    assert minutes(made) == [1, 3]
    assert minutes(made, "overlapped") == [2]
    run = made.runs.get(outcome="overlapped")
    assert run.message == "The task before had not ended."


@pytest.mark.parametrize("how", ["completed", "failed", "cancelled"])
def test_waiting_slots_go_one_after_the_other_oldest_first(how):
    made = schedule(every(60), since=NOON, overlap="queue")
    live(NOON + MINUTE, NOON + 3 * MINUTE)
    assert minutes(made, "waiting") == [2, 3]
    now = NOON + timedelta(minutes=3, seconds=10)

    for expected in ([1, 2], [1, 2, 3]):
        end(newest(), how)
        turn(now)
        assert minutes(made) == expected
        turn(now)
        assert minutes(made) == expected  # the next has to wait again

    assert made.runs.filter(outcome="submitted").exclude(task=None).count() == 3
    assert newest().status == "pending"


def test_a_slot_does_not_overtake_those_that_wait():
    made = schedule(every(60), since=NOON, overlap="queue")
    live(NOON + MINUTE, NOON + 2 * MINUTE)
    end(newest(), "completed")

    turn(NOON + 3 * MINUTE)

    assert minutes(made) == [1, 2]
    assert minutes(made, "waiting") == [3]


def test_at_most_a_hundred_wait():
    made = schedule(every(60), since=NOON, missed="all", overlap="queue")
    for _ in range(2):
        turn(NOON + 105 * MINUTE)

    assert len(slots(made, "waiting")) == 100
    assert NOON + 102 * MINUTE in slots(made, "overlapped")
    run = made.runs.filter(outcome="overlapped")[0]
    assert run.message == "100 slots wait already."


def test_missed_slots_that_are_made_up_for_keep_to_the_policy():
    made = schedule(every(60), since=NOON, missed="all", overlap="skip")

    turn(NOON + 5 * MINUTE)

    assert minutes(made) == [1]
    assert minutes(made, "overlapped") == [2, 3, 4, 5]


def test_a_refused_slot_is_no_reason_to_leave_the_next_out():
    made = schedule(every(60), since=NOON, missed="all", overlap="skip")
    plan = made.plan
    plan.kwargs = '{"operation": "workshop.nothing"}'
    plan.save()

    turn(NOON + 2 * MINUTE)

    assert minutes(made, "refused") == [1, 2]


def test_a_run_by_hand_counts_as_well(superuser):
    made = schedule(every(60), since=NOON, overlap="skip")
    run_now(made, user=superuser, origin=ORIGIN)

    turn(NOON + MINUTE)

    assert minutes(made, "overlapped") == [1]


def test_schedules_do_not_wait_for_each_other():
    schedule(every(60), since=NOON, overlap="skip", name="one")
    other = schedule(every(60), since=NOON, overlap="skip", name="other")

    turn(NOON + MINUTE)

    assert minutes(other) == [1]


def test_what_cannot_be_let_in_stops_neither_the_others_nor_the_beat(
    monkeypatch, caplog
):
    made = [
        schedule(every(60), since=NOON, overlap="queue", name=name, kwargs=kwargs)
        for name, kwargs in (
            ("bad", '{"operation": "workshop.broken", "params": {"a": 1}}'),
            ("good", '{"operation": "workshop.echo"}'),
        )
    ]
    for each in made:
        ScheduleRun.objects.create(schedule=each, slot=NOON, outcome="waiting")
    params = {"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}}
    broken = Operation("workshop.broken", "Broken", function=None, params=params)
    monkeypatch.setitem(registry._operations, broken.name, broken)

    turn(NOON)

    assert slots(made[1]) == [NOON]
    assert slots(made[0], "waiting") == [NOON]
    assert f"The schedule {made[0].pk} could not let a slot in." in caplog.text


def test_what_waits_is_left_out_when_the_schedule_is_turned_off():
    made = schedule(every(60), since=NOON, overlap="queue")
    live(NOON + MINUTE, NOON + 3 * MINUTE)
    made.plan.enabled = False
    made.plan.save()

    turn(NOON + 4 * MINUTE)
    end(newest(), "completed")
    turn(NOON + 5 * MINUTE)

    assert minutes(made) == [1]
    assert minutes(made, "overlapped") == [2, 3]
    run = made.runs.filter(outcome="overlapped")[0]
    assert run.message == "The schedule was turned off meanwhile."
