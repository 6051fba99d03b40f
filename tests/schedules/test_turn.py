"""A look at the schedules submits what is due, once, and tells when to look again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django_celery_beat.models import ClockedSchedule, PeriodicTask

from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.operations import registry
from tasks_app.operations.registry import Operation, Retry
from tasks_app.operations.schedules import NAME, turn
from tasks_app.operations.schedules.forgetting import forget_runs

from .plans import cron, every, forget_zone, live, plan, schedule, slots, tasks, utc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
NOON = utc("2026-05-01 12:00")
MINUTE = timedelta(minutes=1)


def test_a_slot_becomes_an_ordinary_task_that_nobody_owns():
    made = schedule(cron("* * * * *"), since=NOON)

    assert turn(NOON + timedelta(seconds=59)) == pytest.approx(1, abs=0.5)
    assert not Task.objects.exists()
    assert turn(NOON + timedelta(seconds=61)) == pytest.approx(59, abs=0.5)

    run, task = made.runs.get(), Task.objects.get()
    assert (run.slot, run.outcome, run.task) == (NOON + MINUTE, "submitted", task)
    assert (task.source, task.owner, task.status) == ("schedule", None, "pending")
    assert (task.operation, task.params) == ("workshop.echo", {"text": "hi"})
    assert [event.actor for event in task.events.all()] == ["schedule"]
    assert not run.is_late


def test_nothing_comes_twice_however_often_one_looks():
    made = schedule(cron("*/2 * * * *"), since=NOON)

    for _ in range(3):
        live(NOON, NOON + timedelta(minutes=10), seconds=30)

    minutes = [slot.minute for slot in slots(made)]
    assert minutes == [2, 4, 6, 8, 10]
    assert tasks() == 5


def test_a_beat_that_looks_late_but_soon_enough_submits_each_slot():
    made = schedule(every(10), since=NOON)

    turn(NOON + timedelta(seconds=35))

    assert [slot.second for slot in slots(made)] == [10, 20, 30]


def test_without_schedules_there_is_nothing_to_wait_for():
    assert turn(NOON) == float("inf")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_by_an_hour_repeats_nothing(hours):
    made = schedule(every(5, "minutes"), since=NOON, missed="all")
    live(NOON, NOON + timedelta(minutes=30))
    moved = NOON + timedelta(minutes=30, hours=hours)

    live(moved, moved + timedelta(minutes=90))

    end = moved + timedelta(minutes=90)
    count = int((end - NOON) / timedelta(minutes=5))
    assert slots(made) == [NOON + 5 * number * MINUTE for number in range(1, count + 1)]
    assert tasks() == count


def test_a_clock_that_was_wrong_by_a_year_does_not_silence_a_schedule():
    made = schedule(every(1, "hours"), since=NOON)
    turn(NOON + timedelta(days=365))
    made.runs.all().delete()

    live(NOON, NOON + timedelta(hours=2))

    assert slots(made) == [NOON + timedelta(hours=1), NOON + timedelta(hours=2)]


def test_slots_that_a_wrong_clock_took_before_their_time_are_not_repeated():
    made = schedule(every(1, "hours"), since=NOON, missed="all")
    turn(NOON + timedelta(hours=5))
    assert len(slots(made)) == 5

    live(NOON, NOON + timedelta(hours=6), seconds=600)

    assert slots(made) == [NOON + timedelta(hours=hour) for hour in range(1, 7)]


def test_a_beginning_and_an_end_are_kept():
    made = schedule(
        every(10, "minutes"),
        since=NOON,
        start_time=NOON + timedelta(minutes=15),
        expires=NOON + timedelta(minutes=40),
    )

    live(NOON, NOON + timedelta(hours=1))

    assert [slot.minute for slot in slots(made)] == [15, 25, 35]
    made.plan.refresh_from_db()
    assert not made.plan.enabled  # it is over


@pytest.mark.parametrize("kind", ["moment", "one_off"])
def test_what_is_to_be_done_once_is_done_once(kind):
    at = NOON + timedelta(minutes=5)
    rule: Any = ClockedSchedule(clocked_time=at) if kind == "moment" else every(300)
    made = schedule(rule, since=NOON, one_off=True)

    live(NOON, NOON + timedelta(minutes=20))

    assert slots(made) == [at]
    made.plan.refresh_from_db()
    assert not made.plan.enabled


def test_a_plan_that_somebody_made_without_us_counts_from_the_first_look():
    rule = every(60)
    rule.save()
    plan(rule).save()

    live(NOON + timedelta(seconds=30), NOON + timedelta(minutes=3))

    made = Schedule.objects.get()
    assert [slot.minute for slot in slots(made)] == [1, 2]
    assert (made.missed, made.overlap) == ("once", "allow")


def test_plans_of_others_are_left_to_celery():
    rule = every(1)
    rule.save()
    PeriodicTask.objects.create(name="theirs", task="their.task", interval=rule)

    live(NOON, NOON + MINUTE, seconds=20)

    assert not Schedule.objects.exists()
    assert not Task.objects.exists()


def test_slots_of_the_time_it_was_off_are_not_missed():
    made = schedule(every(60), since=NOON, missed="all")
    PeriodicTask.objects.update(enabled=False)  # as in Django's shell
    live(NOON, NOON + 10 * MINUTE)
    PeriodicTask.objects.update(enabled=True)

    live(NOON + 10.5 * MINUTE, NOON + 12 * MINUTE)

    assert [slot.minute for slot in slots(made)] == [11]
    assert made.runs.count() == 1


def test_slots_of_another_rule_before_the_change_do_not_count():
    made = schedule(cron("0 * * * *"), since=NOON, missed="all")
    live(NOON, NOON + 30.5 * MINUTE)
    crontab = made.plan.crontab
    crontab.minute = "*/10"
    crontab.save()  # the plan itself is not touched

    live(NOON + 31 * MINUTE, NOON + 50 * MINUTE)

    assert [slot.minute for slot in slots(made)] == [40, 50]
    assert made.runs.count() == 2


def test_a_change_while_no_beat_was_there_counts_from_when_it_was_made():
    made = schedule(cron("0 * * * *"), since=NOON, missed="all")
    rule = every(10, "minutes")
    rule.save()
    changed_at = NOON + timedelta(hours=2, minutes=5)
    PeriodicTask.objects.update(crontab=None, interval=rule, date_changed=changed_at)

    live(NOON + timedelta(hours=2, minutes=30), NOON + timedelta(hours=2, minutes=32))

    assert [f"{slot:%H:%M}" for slot in slots(made)] == ["14:10", "14:20", "14:30"]


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"operation": "workshop.nothing"}, "There is no operation “workshop.nothing”"),
        ({"operation": "workshop.slow", "params": {"seconds": "x"}}, "params.seconds"),
        ({"operation": "workshop.read"}, "needs a file"),
        ({"operation": "workshop.echo", "params": [1]}, "must be an object"),
        ({"operation": 7}, "operation"),
        ([], "operation"),
        ("{", "operation"),
        ("[" * 100_000, "operation"),
    ],
)
def test_a_bad_schedule_says_so_and_stops_no_other(kwargs, words):
    text = kwargs if isinstance(kwargs, str) else json.dumps(kwargs)
    bad = schedule(every(60), since=NOON, name="bad", kwargs=text)
    good = schedule(every(60), since=NOON, name="good")

    turn(NOON + MINUTE)

    run = bad.runs.get()
    assert (run.outcome, run.slot, run.task) == ("refused", NOON + MINUTE, None)
    assert words in run.message
    assert slots(good) == [NOON + MINUTE]


def test_an_operation_that_cannot_even_be_asked_stops_no_other(monkeypatch, caplog):
    params = {"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}}
    broken = Operation("workshop.broken", "Broken", function=None, params=params)
    monkeypatch.setitem(registry._operations, broken.name, broken)
    kwargs = '{"operation": "workshop.broken", "params": {"a": 1}}'
    bad = schedule(every(60), since=NOON, name="bad", kwargs=kwargs)
    good = schedule(every(60), since=NOON, name="good")

    turn(NOON + MINUTE)

    assert slots(good) == [NOON + MINUTE]
    assert not bad.runs.exists()
    assert "The schedule “bad” could not be dealt with." in caplog.text


def test_a_task_that_the_database_refuses_stops_no_other(monkeypatch, caplog):
    odd = Retry(max_attempts=-1)
    broken = Operation("workshop.broken", "Broken", function=None, retry=odd)
    monkeypatch.setitem(registry._operations, broken.name, broken)
    kwargs = '{"operation": "workshop.broken"}'
    first = schedule(every(60), since=NOON, name="first")
    bad = schedule(every(60), since=NOON, name="bad", kwargs=kwargs)
    last = schedule(every(60), since=NOON, name="last")

    turn(NOON + MINUTE)

    assert slots(first) == slots(last) == [NOON + MINUTE]
    assert tasks() == 2
    assert not bad.runs.exists()
    bad.refresh_from_db()
    assert bad.handled_until == NOON  # so that it is tried again
    assert "The schedule “bad” could not be dealt with." in caplog.text


def test_a_time_zone_that_nobody_knows_any_more_stops_no_other_and_is_told_once():
    bad = schedule(cron("* * * * *"), since=NOON, name="bad")
    good = schedule(every(60), since=NOON, name="good")
    forget_zone(bad)

    live(NOON + MINUTE, NOON + 3 * MINUTE)

    assert len(slots(good)) == 3
    run = bad.runs.get()
    assert (run.outcome, run.task) == ("refused", None)
    assert "There is no time zone “Europe/Atlantis”." in run.message


def test_a_bad_rule_says_so_once_and_stops_no_other():
    bad = schedule(cron("61 * * * *"), since=NOON, name="bad")
    Schedule.objects.filter(pk=bad.pk).update(rule="")
    good = schedule(every(60), since=NOON, name="good")

    live(NOON + MINUTE, NOON + 3 * MINUTE)

    run = bad.runs.get()
    assert (run.outcome, run.task) == ("refused", None)
    assert "“61” is no minute." in run.message
    assert len(slots(good)) == 3
    bad.plan.crontab.minute = "*"
    bad.plan.crontab.save()
    live(NOON + 4 * MINUTE, NOON + 6 * MINUTE)
    assert [slot.minute for slot in slots(bad)] == [5, 6]


def test_a_mended_schedule_goes_on():
    made = schedule(every(60), since=NOON, kwargs='{"operation": "workshop.nothing"}')
    turn(NOON + MINUTE)
    PeriodicTask.objects.update(kwargs='{"operation": "workshop.echo"}')

    turn(NOON + 2 * MINUTE)

    outcomes = made.runs.order_by("slot").values_list("outcome", flat=True)
    assert list(outcomes) == ["refused", "submitted"]


def test_the_number_of_queries_is_small_when_nothing_is_due(
    django_assert_max_num_queries,
):
    for number in range(20):
        schedule(cron(f"{number} * * * *"), since=NOON, name=str(number))
    turn(NOON)

    with django_assert_max_num_queries(2):
        assert turn(NOON + timedelta(seconds=1)) > 0


def test_old_runs_are_forgotten_and_those_that_matter_are_kept(make_claimed):
    made = schedule(every(60), since=NOON)
    running = make_claimed()
    ScheduleRun.objects.bulk_create(
        ScheduleRun(schedule=made, slot=NOON - age * MINUTE, outcome="missed")
        for age in range(300)
    )
    oldest = made.runs.order_by("slot")[:2]
    first, second = (run.pk for run in oldest)
    made.runs.filter(pk=first).update(outcome="submitted", task=running)
    made.runs.filter(pk=second).update(outcome="waiting")

    assert forget_runs(NOON) == 0  # none is old
    assert forget_runs(NOON + timedelta(days=36)) == 98

    assert made.runs.count() == 202
    assert {first, second} <= set(made.runs.values_list("pk", flat=True))


def test_the_name_of_the_celery_task_is_the_one_plans_have():
    assert NAME == "tasks_app.submit_scheduled"
