"""A schedule whose rule cannot be read is shown, says what is wrong, and is mended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask, SolarSchedule

from tasks_app.models import Delivery, Incident, Schedule, Task
from tasks_app.operations.alerts.broken import watch_schedules
from tasks_app.operations.alerts.incidents import end_quiet
from tasks_app.operations.schedules import turn
from tests.schedules.plans import forget_zone

from .places import DASHBOARD, SCHEDULES, told
from .schedules import HOURLY, planned, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _none_shipped() -> None:
    PeriodicTask.objects.all().delete()


def change(schedule: Schedule) -> str:
    return f"{SCHEDULES}{schedule.pk}/change/"


def lost_zone(schedule: Schedule) -> str:
    forget_zone(schedule)
    return "There is no time zone “Europe/Atlantis”."


def odd_minute(schedule: Schedule) -> str:
    crontab = schedule.plan.crontab
    type(crontab).objects.filter(pk=crontab.pk).update(minute="61")
    return "“61” is no minute."


def odd_period(schedule: Schedule) -> str:
    interval = IntervalSchedule.objects.create(every=5, period="moons")
    plans = PeriodicTask.objects.filter(pk=schedule.plan_id)
    plans.update(crontab=None, interval=interval)
    return "“moons” cannot be counted."


def sunset(schedule: Schedule) -> str:
    solar = SolarSchedule.objects.create(event="sunset", latitude=52, longitude=13)
    plans = PeriodicTask.objects.filter(pk=schedule.plan_id)
    plans.update(crontab=None, solar=solar)
    return "Sightline does not follow the sun."


def no_rule(schedule: Schedule) -> str:
    PeriodicTask.objects.filter(pk=schedule.plan_id).update(crontab=None)
    return "There is no rule."


DAMAGES = {each.__name__: each for each in (lost_zone, odd_minute, odd_period, sunset)}
DAMAGES["no_rule"] = no_rule


def page(desk: Any, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_it_is_shown_first_with_what_is_wrong_and_the_others_are_as_ever(
    desk, staff, damage
):
    planned(staff, "sound", **HOURLY)
    broken = planned(staff, "broken")
    said = damage(broken)

    turn()
    html = page(desk, SCHEDULES)

    assert html.index("broken Echo") < html.index("sound Echo")
    assert f"Cannot be read {said}" in html
    assert "Nothing is submitted until the rule is mended." in html
    assert "2 schedules: 2 on, 1 with a rule that cannot be read." in html
    assert said in page(desk, change(broken))
    assert page(desk, DASHBOARD)
    assert page(desk, f"{SCHEDULES}{broken.pk}/delete/")


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_its_page_mends_it(desk, staff, damage):
    broken = planned(staff, "broken")
    damage(broken)
    turn()
    form = desk.get(change(broken)).context

    sent = typed(seen=form["seen"], name="broken", kind="cron")
    answer = desk.post(change(broken), sent, follow=True)

    assert told(answer) == ["“broken” is saved."]
    assert "Cannot be read" not in answer.content.decode()
    schedule = Schedule.objects.get(pk=broken.pk)
    assert str(schedule.plan.crontab.timezone) == "Europe/Berlin"
    assert schedule.handled_until is not None
    assert turn() > 0


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_it_is_switched_off_run_and_deleted_like_any_other(desk, staff, damage):
    broken = planned(staff, "broken")
    said = damage(broken)
    place = f"{SCHEDULES}{broken.pk}"

    off = desk.post(f"{place}/switch/", {"on": "0"}, follow=True)
    assert "“broken” is off." in told(off)[0]
    on = desk.post(f"{place}/switch/", {"on": "1"}, follow=True)
    assert told(on)[0].startswith("“broken” was not turned on.")
    assert said in told(on)[0] or "Choose a cron rule" in told(on)[0]
    desk.post(f"{place}/run/")
    assert Task.objects.count() == 1
    desk.post(f"{place}/delete/")
    assert not Schedule.objects.filter(pk=broken.pk).exists()


def test_one_that_is_saved_as_it_is_says_what_is_wrong_beside_the_field(desk, staff):
    broken = planned(staff, "broken")
    forget_zone(broken)
    form = desk.get(change(broken)).context

    sent = typed(seen=form["seen"], name="broken", timezone="Europe/Atlantis")
    answer = desk.post(change(broken), sent)

    assert answer.status_code == 400
    mistakes = answer.context["form"].mistakes
    assert [each.anchor for each in mistakes] == ["timezone"]


def test_many_with_one_damaged_take_no_query_each(
    desk, staff, django_assert_max_num_queries
):
    for number in range(30):
        schedule = planned(staff, f"schedule {number}", timezone="Asia/Tokyo")
    forget_zone(schedule)
    desk.get(SCHEDULES)

    with django_assert_max_num_queries(15):
        assert len(desk.get(SCHEDULES).context["lines"]) == 30


@pytest.mark.embedded_only
def test_a_row_that_cannot_be_read_in_any_way_is_told_and_takes_nothing_away(
    desk, staff
):
    planned(staff, "sound")
    broken = planned(staff, "broken")
    with connection.cursor() as cursor:
        sql = "UPDATE django_celery_beat_periodictask SET start_time = %s WHERE id = %s"
        cursor.execute(sql, ["2026-13-45 00:00:00", broken.plan_id])

    assert turn() > 0
    html = page(desk, SCHEDULES)
    assert "sound" in html
    assert "“broken” cannot be shown, and submits nothing:" in html
    assert "sound" in page(desk, DASHBOARD)
    watch_schedules()
    assert Incident.objects.get().title == "The schedule “broken” cannot be read"


def test_it_is_an_incident_until_it_is_mended(staff):
    planned(staff, "sound")
    watch_schedules()
    assert not Incident.objects.exists()
    broken = planned(staff, "broken", timezone="Asia/Tokyo")
    forget_zone(broken)

    watch_schedules()
    watch_schedules()

    incident = Incident.objects.get()
    assert incident.title == "The schedule “broken” cannot be read"
    assert (
        "“broken”: There is no time zone “Europe/Atlantis”."
        in (incident.facts["Schedules"])
    )
    PeriodicTask.objects.filter(pk=broken.plan_id).update(enabled=False)
    watch_schedules()
    end_quiet(for_seconds=0)
    assert not Incident.objects.open().exists()


def test_many_that_break_at_once_are_one_incident_that_names_some(staff):
    for number in range(8):
        planned(staff, f"schedule {number}")
    made = Schedule.objects.select_related("plan").first()
    assert made is not None
    forget_zone(made)  # all have the one rule

    watch_schedules()

    incident = Incident.objects.get()
    assert incident.title == "8 schedules cannot be read"
    assert incident.facts["Schedules"].endswith("and 3 more.")
    assert Delivery.objects.count() == 0  # nobody is there to be told


def test_the_refusal_is_in_the_history_once(staff):
    broken = planned(staff, "broken")
    forget_zone(broken)

    turn()
    turn(timezone.now() + timedelta(days=2))

    run = broken.runs.get()
    assert (run.outcome, run.task) == ("refused", None)
    assert "Europe/Atlantis" in run.message
