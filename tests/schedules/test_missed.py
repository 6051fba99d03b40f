"""What becomes of slots that passed while no beat was there."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from tasks_app.operations.schedules import turn

from .plans import cron, every, live, schedule, slots, tasks, utc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
NOON = utc("2026-05-01 12:00")
MINUTE = timedelta(minutes=1)
AWAY = 61 * MINUTE + timedelta(seconds=10)  # sixty slots missed, and one on time


def test_skip_leaves_them_out():
    made = schedule(cron("* * * * *"), since=NOON, missed="skip")

    turn(NOON + AWAY)

    assert slots(made) == [NOON + 61 * MINUTE]
    missed = made.runs.filter(outcome="missed")
    assert {run.slot for run in missed} == {NOON + n * MINUTE for n in range(41, 61)}
    *_, oldest = messages = [run.message for run in missed]
    assert oldest == "No beat was there. So were 40 slots before it."
    assert set(messages[:-1]) == {"No beat was there."}
    assert not missed.exclude(task=None).exists()


def test_once_makes_up_for_them_with_the_newest():
    made = schedule(cron("0 * * * *"), since=NOON, missed="once")

    turn(NOON + timedelta(hours=3, minutes=20))

    assert slots(made) == [utc("2026-05-01 15:00")]
    assert made.runs.get(outcome="submitted").is_late
    missed = made.runs.filter(outcome="missed")
    assert [run.slot.hour for run in missed] == [14, 13]
    words = "The task of 2026-05-01 15:00:00 UTC makes up for it."
    assert all(words in run.message for run in missed)


def test_once_submits_no_second_task_when_the_next_slot_is_there():
    made = schedule(cron("* * * * *"), since=NOON, missed="once")

    turn(NOON + AWAY)

    assert slots(made) == [NOON + 61 * MINUTE]
    assert tasks() == 1


def test_all_submits_each_oldest_first_in_portions():
    made = schedule(cron("* * * * *"), since=NOON, missed="all")
    back = NOON + 250 * MINUTE

    assert turn(back) == 0  # there is more to do
    assert len(slots(made)) == 100
    assert slots(made)[-1] == NOON + 100 * MINUTE
    live(back, back, seconds=60)
    assert turn(back) > 0

    assert slots(made) == [NOON + n * MINUTE for n in range(1, 251)]
    order = made.runs.order_by("pk").values_list("slot", flat=True)
    assert list(order) == sorted(order)
    assert tasks() == 250


@pytest.mark.parametrize("missed", ["skip", "once"])
def test_years_of_missed_slots_cost_little(missed):
    made = schedule(every(1), since=NOON, missed=missed)
    back = NOON + timedelta(days=1000)
    began = time.process_time()

    turn(back - timedelta(milliseconds=1))

    assert time.process_time() - began < 5  # a look at each would take minutes
    fresh = 60  # of the last minute
    assert len(slots(made)) == fresh
    assert len(slots(made, "missed")) == 20
    oldest = made.runs.filter(outcome="missed").order_by("slot")[0]
    assert "So were at least 9,921 slots before it." in oldest.message


def test_each_missed_slot_is_left_out_once():
    made = schedule(cron("*/10 * * * *"), since=NOON, missed="skip")
    live(NOON + 35 * MINUTE, NOON + 38 * MINUTE)
    live(NOON + 55 * MINUTE, NOON + 60 * MINUTE)

    missed = [slot.minute for slot in slots(made, "missed")]
    assert missed == [10, 20, 30, 40, 50]
    assert [slot.minute for slot in slots(made)] == [0]
