"""Several beats at once, and beats that die: slot and task come together, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django_celery_beat.models import PeriodicTask

from tasks_app import lifecycle
from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.operations.schedules import create, turn
from tasks_app.operations.schedules.glancing import glances
from tasks_app.operations.schedules.turn import look_at
from tests.conftest import ORIGIN
from tests.processes import Processes, wait_for_status

from .plans import deal, every, live, schedule, slots, utc

NOON = utc("2026-05-01 12:00")
MINUTE = timedelta(minutes=1)
BEATS = 4

# A beat that dies: where, and whether the slot was dealt with by then.
DEATHS = {
    "after the cursor moved": ("dealing.submit_prepared = die", 0),
    "after the task was made": ("ScheduleRun.objects.bulk_create = die", 0),
    "after the commit": ("publisher.Publisher.put = die", 1),
}
DYING_BEAT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from datetime import datetime, UTC
from tasks_app.models import ScheduleRun
from tasks_app.operations import publisher
from tasks_app.operations.schedules import dealing, turn
die = lambda *arguments, **more: os._exit(9)
{where}
turn(datetime(2026, 5, 1, 12, 1, tzinfo=UTC))
"""


@pytest.fixture
def alone(transactional_db: None) -> None:
    PeriodicTask.objects.all().delete()


def at_once(what: Any) -> list[Any]:
    """What several beats answer that do it at the same time."""

    def do(_: int) -> Any:
        try:
            return what()
        finally:
            connection.close()

    with ThreadPoolExecutor(BEATS) as beats:
        return list(beats.map(do, range(BEATS)))


@pytest.mark.parametrize("overlap", ["allow", "queue"])
def test_beats_that_look_at_once_submit_each_slot_once(alone, overlap):
    made = schedule(every(60), since=NOON, missed="all", overlap=overlap)

    at_once(lambda: live(NOON, NOON + 15 * MINUTE))

    found = [*slots(made), *slots(made, "waiting")]
    assert found == [NOON + n * MINUTE for n in range(1, 16)]
    assert Task.objects.count() == (15 if overlap == "allow" else 1)


def test_the_slower_beat_does_nothing(alone):
    schedule(every(60), since=NOON)
    seen = [Schedule.objects.select_related("plan").get() for _ in range(2)]

    assert deal(seen[0], [NOON + MINUTE])
    assert not deal(seen[1], [NOON + MINUTE])

    assert Task.objects.count() == ScheduleRun.objects.count() == 1


def test_a_slot_that_waits_is_let_in_by_one_beat(alone):
    made = schedule(every(60), since=NOON, overlap="queue")
    live(NOON + MINUTE, NOON + 3 * MINUTE)
    lifecycle.cancel(Task.objects.get(), origin=ORIGIN)

    at_once(lambda: turn(NOON + 3 * MINUTE))

    assert len(slots(made)) == 2
    assert len(slots(made, "waiting")) == 1
    assert Task.objects.count() == 2


def test_beats_that_meet_a_new_plan_at_once_make_one_schedule(alone):
    rule = every(60)
    rule.save()
    PeriodicTask.objects.create(
        name="new", task="tasks_app.submit_scheduled", interval=rule
    )

    at_once(lambda: turn(NOON))

    assert Schedule.objects.get().handled_until == NOON


def test_the_database_refuses_a_second_run_of_a_slot(alone):
    made = schedule(every(60), since=NOON)
    turn(NOON + MINUTE)
    again = ScheduleRun(schedule=made, slot=NOON + MINUTE, outcome="submitted")
    with pytest.raises(IntegrityError):
        again.save(force_insert=True)
    again.is_manual = True
    again.save(force_insert=True)


@pytest.mark.parametrize(("where", "dealt_with"), DEATHS.values(), ids=DEATHS)
def test_a_beat_that_dies_leaves_slot_and_task_or_neither(
    processes: Processes, where: str, dealt_with: int
) -> None:
    PeriodicTask.objects.all().delete()
    made = schedule(every(60), since=NOON)

    died = processes.python("-c", DYING_BEAT.format(where=where))

    assert died.returncode == 9, died.stderr
    assert made.runs.count() == Task.objects.count() == dealt_with
    made.refresh_from_db()
    assert made.handled_until == NOON + dealt_with * MINUTE
    turn(NOON + MINUTE)
    assert slots(made) == [NOON + MINUTE]
    processes.worker(concurrency=1)
    processes.keeper()
    wait_for_status(Task.objects.get(), "completed")


def test_a_schedule_that_is_removed_meanwhile_submits_nothing(alone):
    schedule(every(60), since=NOON)
    seen = Schedule.objects.select_related("plan").get()
    PeriodicTask.objects.get().delete()

    assert not deal(seen, [NOON + MINUTE])
    assert not Task.objects.exists()


def test_one_that_is_turned_off_meanwhile_submits_nothing(alone, superuser):
    from tasks_app.operations.schedules import turn_off

    made = schedule(every(60), since=NOON)
    seen = Schedule.objects.select_related("plan").get()
    turn_off(made, user=superuser, origin=ORIGIN)

    assert not deal(seen, [NOON + MINUTE])
    assert not Task.objects.exists()


def test_what_is_submitted_is_what_is_asked_for_by_then(alone):
    made = schedule(every(60), since=NOON)
    seen = Schedule.objects.select_related("plan").get()
    other = '{"operation": "workshop.echo", "params": {"text": "other"}}'
    PeriodicTask.objects.update(kwargs=other)
    Schedule.objects.update(overlap="skip")

    assert deal(seen, [NOON + MINUTE, NOON + 2 * MINUTE])

    assert Task.objects.get().params == {"text": "other"}
    outcomes = made.runs.order_by("slot").values_list("outcome", flat=True)
    assert list(outcomes) == ["submitted", "overlapped"]


def test_one_that_django_turned_off_meanwhile_submits_nothing(alone):
    schedule(every(60), since=NOON)
    seen = Schedule.objects.select_related("plan").get()
    PeriodicTask.objects.update(enabled=False)

    assert not deal(seen, [NOON + MINUTE])
    assert not Task.objects.exists()


@pytest.mark.parametrize("was", [{"enabled": False}, {"expires": NOON}])
def test_one_that_is_turned_on_meanwhile_stays_on(alone, was):
    schedule(every(60), since=NOON, **was)
    (seen,) = list(glances())
    PeriodicTask.objects.update(enabled=True, expires=None)

    look_at(seen, NOON + MINUTE)

    assert PeriodicTask.objects.get().enabled


def test_a_change_turns_nothing_on_that_is_over_meanwhile(alone, superuser):
    from tasks_app.operations import schedules

    made = schedule(every(60), since=NOON, one_off=True)
    seen = Schedule.objects.select_related("plan").get()
    turn(NOON + MINUTE)  # the one slot
    known = PeriodicTask.objects.get()
    assert not known.enabled

    schedules.change(seen, {"name": "Other"}, user=superuser, origin=ORIGIN)

    known.refresh_from_db()
    assert (known.name, known.enabled) == ("Other", False)
    made.refresh_from_db()
    assert made.handled_until is None


def test_who_changes_what_was_deleted_meanwhile_is_told(alone, superuser):
    from tasks_app.operations import schedules

    schedule(every(60), since=NOON)
    seen = Schedule.objects.select_related("plan").get()
    PeriodicTask.objects.get().delete()

    with pytest.raises(InvalidInputError, match="deleted meanwhile"):
        schedules.turn_on(seen, user=superuser, origin=ORIGIN)
    with pytest.raises(InvalidInputError, match="deleted meanwhile"):
        schedules.change(seen, {"name": "x"}, user=superuser, origin=ORIGIN)
    with pytest.raises(InvalidInputError, match="deleted meanwhile"):
        schedules.run_now(seen, user=superuser, origin=ORIGIN)
    assert not Task.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_of_one_name_the_second_is_told_so(superuser):
    fields: Any = {
        "name": "harvest",
        "operation": "workshop.echo",
        "params": {"text": "hi"},
        "kind": "interval",
        "every": 5,
        "period": "hours",
    }

    def make(_: int) -> str:
        try:
            create(fields, user=superuser, origin=ORIGIN)
        except InvalidInputError as error:
            return str(error)
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(BEATS) as pool:
        told = sorted(pool.map(make, range(BEATS)))

    refused = "name: There is a schedule “harvest” already."
    assert told == ["made", *[refused] * (BEATS - 1)]
    assert PeriodicTask.objects.filter(name="harvest").count() == 1
