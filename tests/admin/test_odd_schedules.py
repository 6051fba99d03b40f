"""Schedules that somebody else wrote: none of them takes a page or a turn away."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
)

from tasks_app.models import AlertRule, Incident, Schedule
from tasks_app.operations.alerts import watch
from tasks_app.operations.alerts.rules import watch_rules
from tasks_app.operations.schedules import NAME, turn

from .places import SCHEDULES
from .schedules import planned, typed

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]
DASHBOARD = "/admin/tasks_app/task/dashboard/"
LAST = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
ECHO = json.dumps({"operation": "workshop.echo", "params": {"text": "hi"}})


def odd(**fields: Any) -> Schedule:
    """A plan as Django's shell makes it."""
    plan = PeriodicTask.objects.create(
        **{"name": "odd", "task": NAME, "kwargs": ECHO, **fields}
    )
    now = timezone.now() - timedelta(hours=2)
    return Schedule.objects.create(plan=plan, handled_until=now)


def hourly() -> IntervalSchedule:
    return IntervalSchedule.objects.create(every=1, period="hours")


def unknown_zone() -> CrontabSchedule:
    made = CrontabSchedule.objects.create(minute="5")
    with connection.cursor() as cursor:
        sql = "UPDATE django_celery_beat_crontabschedule SET timezone = %s"
        cursor.execute(f"{sql} WHERE id = %s", ["Nowhere/Else", made.pk])
    return CrontabSchedule(pk=made.pk)


def clocked(moment: datetime) -> dict[str, Any]:
    row = ClockedSchedule.objects.create(clocked_time=moment)
    return {"clocked": row, "one_off": True}


def cron(**fields: str) -> dict[str, Any]:
    return {"crontab": CrontabSchedule.objects.create(**fields)}


ODD: dict[str, Any] = {
    "no JSON": lambda: {"interval": hourly(), "kwargs": "nonsense"},
    "a list": lambda: {"interval": hourly(), "kwargs": "[]"},
    "deep": lambda: {"interval": hourly(), "kwargs": "[" * 100_000},
    "a number": lambda: {"interval": hourly(), "kwargs": '{"operation": 5}'},
    "gone": lambda: {"interval": hourly(), "kwargs": '{"operation": "no.such"}'},
    "the end of time": lambda: clocked(LAST),
    "the beginning of time": lambda: clocked(FIRST),
    "began with time": lambda: {"interval": hourly(), "start_time": FIRST},
    "ends with time": lambda: {"interval": hourly(), "expires": LAST},
    "behind a part": lambda: cron(minute="*/2*"),
    "markup": lambda: cron(minute="<b>", hour="%s", day_of_week="x" * 60),
}


@pytest.mark.parametrize("name", ODD)
def test_one_that_makes_no_sense_takes_no_page_away(desk, name):
    schedule = odd(**ODD[name]())
    place = f"{SCHEDULES}{schedule.pk}"

    assert turn() >= 0
    for page in (SCHEDULES, DASHBOARD, f"{place}/change/", f"{place}/delete/"):
        assert desk.get(page).status_code == 200, page
    assert desk.post(f"{place}/switch/", {"on": "1"}).status_code == 302
    assert desk.post(f"{place}/run/").status_code in (302, 403)


def test_one_that_cannot_be_read_takes_no_other_away(desk, staff, caplog):
    planned(staff, "sound")
    schedule = odd(crontab=unknown_zone())

    assert "sound" in desk.get(SCHEDULES).content.decode()
    assert desk.get(DASHBOARD).status_code == 200
    page = desk.get(f"{SCHEDULES}{schedule.pk}/change/").content.decode()
    assert 'name="timezone" value="Nowhere/Else"' in page
    assert "There is no time zone “Nowhere/Else”." in page
    assert "Nowhere/Else" not in caplog.text


def test_one_that_cannot_be_read_stops_no_alert(staff):
    odd(crontab=unknown_zone())
    late = planned(staff, "late", kind="interval", every=1, period="minutes")
    Schedule.objects.filter(pk=late.pk).update(
        handled_until=timezone.now() - timedelta(hours=1)
    )
    AlertRule.objects.create(name="Late", kind="lateness", threshold=5)

    watch_rules()

    assert "late was due" in Incident.objects.get().facts["Late"]


def test_a_rule_of_an_unknown_kind_stops_no_other_and_no_keeper(staff, caplog):
    late = planned(staff, "late", kind="interval", every=1, period="minutes")
    Schedule.objects.filter(pk=late.pk).update(
        handled_until=timezone.now() - timedelta(hours=1)
    )
    AlertRule.objects.create(name="A", kind="no such kind")
    AlertRule.objects.create(name="Late", kind="lateness", threshold=5)

    watch()

    assert Incident.objects.filter(title="Late").exists()
    assert "“A” could not be looked at" in caplog.text


def test_what_stands_behind_a_part_of_a_field_is_told_and_not_read_over(desk):
    answer = desk.post(f"{SCHEDULES}add/", typed(minute="*/2*"))

    assert answer.status_code == 400
    assert "“*/2*” is no minute." in answer.content.decode()
