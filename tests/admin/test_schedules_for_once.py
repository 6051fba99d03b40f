"""A schedule for once: a date and a time in a time zone, and then it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, PeriodicTask

from tasks_app.models import Schedule, Task
from tasks_app.operations.schedules import turn
from tasks_app.operations.schedules.rules import fingerprint

from .places import SCHEDULES, told
from .schedules import planned, typed

pytestmark = pytest.mark.django_db
NEW = f"{SCHEDULES}add/"
YEAR = timezone.now().year + 1
EVENING = f"{YEAR}-12-24T18:00"
MOMENT = datetime(YEAR, 12, 24, 12, 30, tzinfo=UTC)  # where it is 18:00 in Kolkata


@pytest.fixture(autouse=True)
def _none_shipped() -> None:
    PeriodicTask.objects.all().delete()


def once(**changes: str) -> dict[str, str]:
    usual = {"kind": "clocked", "at": EVENING, "timezone": "Asia/Kolkata"}
    return typed(**usual | changes)


def made(desk: Any, **changes: str) -> Schedule:
    answer = desk.post(NEW, once(**changes))
    assert answer.status_code == 302, answer.context["form"].mistakes
    return Schedule.objects.select_related("plan__clocked").get()


def change(schedule: Schedule) -> str:
    return f"{SCHEDULES}{schedule.pk}/change/"


def mistakes(answer: Any) -> dict[str, str]:
    return {each.anchor: each.sentence for each in answer.context["form"].mistakes}


def test_it_is_made_for_that_moment_and_told_in_its_zone(desk):
    schedule = made(desk)

    assert schedule.plan.clocked.clocked_time == MOMENT
    assert schedule.plan.one_off
    html = desk.get(SCHEDULES).content.decode()
    assert f"Once, on 24 December {YEAR}, 18:00, Asia/Kolkata" in html
    assert f"24 Dec {YEAR}, 18:00 IST" in html
    form = desk.get(change(schedule)).content.decode()
    assert f'name="at" value="{EVENING}"' in form
    assert 'name="timezone" value="Asia/Kolkata"' in form


def test_the_one_run_is_shown_before_it_is_made(desk):
    part = desk.post(NEW, once(), headers={"X-Fragment": "form"})

    assert [slot.words for slot in part.context["next"]] == [
        f"{MOMENT:%a} 24 Dec {YEAR}, 18:00 IST"
    ]
    assert "Times in Asia/Kolkata." in part.content.decode()
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"at": ""}, {"at"}),
        ({"at": "soon"}, {"at"}),
        ({"at": f"{YEAR}-02-30T10:00"}, {"at"}),
        ({"at": "2020-01-01T10:00"}, {"at"}),
        ({"at": "0001-01-01T00:00"}, {"at"}),
        ({"at": "9999-12-31T23:59", "timezone": "America/New_York"}, {"at"}),
        ({"timezone": "Europe/Atlantis"}, {"timezone"}),
        ({"at": "", "timezone": "", "name": ""}, {"at", "timezone", "name"}),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_beside_its_field(desk, changes, fields):
    answer = desk.post(NEW, once(**changes))

    assert answer.status_code == 400
    assert set(mistakes(answer)) == fields
    assert not Schedule.objects.exists()


def test_a_time_that_the_clocks_leave_out_is_refused(desk):
    answer = desk.post(NEW, once(at="2032-03-28T02:30", timezone="Europe/Berlin"))

    assert "The clocks of Europe/Berlin are put forward then" in mistakes(answer)["at"]


def test_a_time_that_comes_twice_is_the_first(desk):
    schedule = made(desk, at="2032-10-31T02:30", timezone="Europe/Berlin")

    first = datetime(2032, 10, 31, 0, 30, tzinfo=UTC)
    assert schedule.plan.clocked.clocked_time == first


def test_after_its_run_it_is_done_and_off(desk):
    schedule = made(desk)

    turn(MOMENT + timedelta(seconds=1))
    turn(MOMENT + timedelta(hours=1))

    assert Task.objects.count() == 1
    run = schedule.runs.get()
    assert (run.slot, run.outcome) == (MOMENT, "submitted")
    schedule.plan.refresh_from_db()
    assert not schedule.plan.enabled


def past(staff: Any, *, missed: str = "once") -> Schedule:
    """One whose moment was two hours ago, while no beat ran."""
    schedule = planned(staff, "past", kind="interval", every=1, period="hours")
    at = timezone.now() - timedelta(hours=2)
    rule = ClockedSchedule.objects.create(clocked_time=at)
    plans = PeriodicTask.objects.filter(pk=schedule.plan_id)
    plans.update(interval=None, clocked=rule, one_off=True, date_changed=at)
    schedule = Schedule.objects.get(pk=schedule.pk)
    schedule.handled_until = at - timedelta(minutes=1)
    schedule.rule, schedule.missed = fingerprint(schedule.plan), missed
    schedule.save()
    return schedule


@pytest.mark.parametrize(
    ("missed", "tasks", "outcome", "said"),
    [
        ("once", 1, "submitted", "Done: it was to run once"),
        ("all", 1, "submitted", "Done: it was to run once"),
        ("skip", 0, "missed", "Over: its moment has passed"),
    ],
)
def test_one_that_was_missed_follows_its_policy_and_is_off_then(
    desk, staff, missed, tasks, outcome, said
):
    schedule = past(staff, missed=missed)

    turn()
    turn()

    assert Task.objects.count() == tasks
    assert schedule.runs.get().outcome == outcome
    schedule.plan.refresh_from_db()
    assert not schedule.plan.enabled
    for address in (SCHEDULES, change(schedule)):
        assert said in desk.get(address).content.decode()


def test_one_that_is_done_may_be_renamed_and_is_turned_on_for_a_later_moment(
    desk, staff
):
    schedule = past(staff)
    turn()
    form = desk.get(change(schedule)).context
    texts = form["form"].texts

    on = desk.post(f"{SCHEDULES}{schedule.pk}/switch/", {"on": "1"}, follow=True)
    assert "that moment has passed" in told(on)[0]
    same = once(seen=form["seen"], at=texts["at"], timezone=texts["timezone"])
    assert desk.post(change(schedule), same | {"name": "renamed"}).status_code == 302
    form = desk.get(change(schedule)).context
    later = once(seen=form["seen"], name="renamed")
    assert desk.post(change(schedule), later).status_code == 302
    desk.post(f"{SCHEDULES}{schedule.pk}/switch/", {"on": "1"})

    schedule.refresh_from_db()
    assert schedule.plan.enabled
    assert schedule.plan.clocked.clocked_time == MOMENT


def test_saving_without_a_change_keeps_the_very_moment(desk, staff):
    schedule = made(desk)
    precise = MOMENT + timedelta(seconds=7, microseconds=9)
    ClockedSchedule.objects.update(clocked_time=precise)
    form = desk.get(change(schedule)).context
    texts = form["form"].texts
    assert texts["at"] == f"{EVENING}:07"

    sent = once(seen=form["seen"], at=texts["at"], timezone=texts["timezone"])
    assert desk.post(change(schedule), sent).status_code == 302

    schedule.plan.refresh_from_db()
    assert schedule.plan.clocked.clocked_time == precise


def test_one_that_becomes_a_rule_runs_more_than_once(desk):
    schedule = made(desk)
    seen = desk.get(change(schedule)).context["seen"]

    assert desk.post(change(schedule), typed(seen=seen)).status_code == 302

    schedule.refresh_from_db()
    assert not schedule.plan.one_off
    assert schedule.zone == ""
