"""The list of schedules: what it tells of each, of its slots and of the beat."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tasks_app import lifecycle
from tasks_app.models import Beat, Schedule, ScheduleRun
from tests.schedules.plans import every, forget_zone, many

from .places import SCHEDULES
from .places import page_of as page_of_task
from .schedules import HOURLY, planned, ran

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _none_shipped() -> None:
    for schedule in Schedule.objects.all():
        schedule.plan.delete()


def words(response: Any) -> str:
    text = re.sub(r"<title>.*?</title>|<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def line_of(desk, schedule):
    """The schedule as the list has it."""
    lines = desk.get(SCHEDULES).context["lines"]
    return next(line for line in lines if line.schedule == schedule)


def beat(**fields: Any) -> Beat:
    return Beat.objects.create(**{"name": "web-1:4711", **fields})


def test_a_line_says_what_when_and_in_which_zone(desk, staff):
    planned(staff)

    told = words(desk.get(SCHEDULES))

    assert "nightly Echo" in told
    assert "At 02:30, Asia/Kolkata 30 2 * * *" in told
    assert "Last run Never ran" in told
    assert re.search(r"Next run in (\d+ h )?\d+ min .*02:30 IST", told)


def test_nothing_planned_says_what_to_do(desk):
    told = words(desk.get(SCHEDULES))

    assert "Nothing is planned." in told
    assert f'href="{SCHEDULES}add/"' in desk.get(SCHEDULES).content.decode()


def test_what_is_on_comes_first_then_what_is_due_next(desk, staff):
    planned(staff, "b next year", month_of_year="1", day_of_month="1")
    planned(staff, "c soon", kind="interval", every=5, period="minutes")
    planned(staff, "a off", is_on=False)

    lines = desk.get(SCHEDULES).context["lines"]

    names = [line.schedule.plan.name for line in lines]
    assert names == ["c soon", "b next year", "a off"]


def test_the_last_run_links_to_its_task_and_says_how_it_ended(
    desk, staff, make_claimed
):
    schedule = planned(staff)
    task = lifecycle.fail(make_claimed(), code="x", message="It broke.")
    ran(schedule, task=task)

    page = desk.get(SCHEDULES)

    assert "Last run 1 h ago : Failed" in words(page)
    assert f'<a href="{page_of_task(task)}">Failed</a>' in page.content.decode()


def test_each_of_the_last_twenty_slots_is_a_block_with_words_and_a_task(
    desk, staff, make_claimed
):
    schedule = planned(staff)
    for hours in range(24, 1, -1):
        ran(schedule, "missed", ago=timedelta(hours=hours))
    task = lifecycle.complete(make_claimed(), result={})
    ran(schedule, task=task, late=timedelta(minutes=3))
    ran(planned(staff, "another"), "refused", message="There is no operation “x”.")

    page = desk.get(SCHEDULES)
    line = line_of(desk, schedule)

    assert len(line.blocks) == 20
    newest = line.blocks[-1]
    assert (newest.mark, newest.task) == ("completed", task)
    assert newest.told.endswith(": Completed, 3 min 0 s late")
    assert "Of these: missed 19 slots, 1 late" in words(page)
    html = page.content.decode()
    assert html.count('data-mark="missed"') == 19
    assert 'data-mark="completed" data-late' in html
    assert re.search(r"IST: Could not be submitted. There is no operation “x”", html)


@pytest.mark.parametrize(
    ("outcome", "fields", "said"),
    [
        ("waiting", {}, "Waits for the task before"),
        ("overlapped", {}, "Left out: the task before still ran"),
        ("submitted", {"ended_as": "failed"}, "Failed, the task is deleted"),
        ("submitted", {"is_manual": True}, "Submitted, by hand"),
    ],
)
def test_a_slot_without_a_task_to_look_at_says_what_became_of_it(
    desk, staff, outcome, fields, said
):
    schedule = planned(staff)
    ran(schedule, outcome, **fields)

    assert said in line_of(desk, schedule).blocks[0].told


def test_tasks_of_others_are_not_told_to_who_may_not_see_them(
    open_as, clerk, grant, staff, make_claimed
):
    schedule = planned(staff)
    ran(schedule, task=lifecycle.fail(make_claimed(), code="x", message="No."))

    desk = open_as(grant(clerk, "view_schedule"))

    block = line_of(desk, schedule).blocks[0]
    assert (block.task, block.words) == (None, "Submitted")


def test_a_schedule_whose_slot_passed_without_a_run_is_late_now(desk, staff):
    schedule = planned(staff, **HOURLY)
    before = timezone.now() - timedelta(hours=3)
    Schedule.objects.filter(pk=schedule.pk).update(handled_until=before)

    page = desk.get(SCHEDULES)

    assert re.search(r"Late: due since 2 h \d+ min 3 slots not dealt with", words(page))
    assert "data-late" in page.content.decode()


@pytest.mark.parametrize(
    "since", [timedelta(minutes=1), timedelta(seconds=-20), None], ids=str
)
def test_one_that_was_dealt_with_is_not(desk, staff, since):
    schedule = planned(staff, kind="interval", every=30, period="seconds")
    at = timezone.now() - timedelta(seconds=40) if since else None
    Schedule.objects.filter(pk=schedule.pk).update(handled_until=at)

    assert line_of(desk, schedule).due.late == ""


def test_one_that_is_off_is_never_late_and_has_no_next_run(desk, staff):
    schedule = planned(staff, is_on=False)

    assert line_of(desk, schedule).due.late == ""
    assert "Next run None while it is off" in words(desk.get(SCHEDULES))


def test_the_beat_that_looks_is_told_with_its_lateness(desk):
    beat(lag_seconds=0.23, seen_at=timezone.now() - timedelta(seconds=3))

    told = words(desk.get(SCHEDULES))

    assert re.search(r"The beat looked [3-6] s ago \(web-1:4711\), 0\.2 s late\.", told)


def test_several_beats_are_told_one_by_one(desk):
    beat()
    beat(name="web-2:1")

    told = words(desk.get(SCHEDULES))

    assert told.count("A beat looked") == 2


def test_a_beat_that_fell_silent_is_an_alert_that_says_what_to_do(desk):
    beat(seen_at=timezone.now() - timedelta(seconds=40))

    page = desk.get(SCHEDULES)

    assert re.search(
        r"No beat for 4\d s: nothing is submitted until a beat runs\. Start one with"
        r" celery -A config beat \.",
        words(page),
    )
    assert '<span role="alert">nothing is submitted' in page.content.decode()


def test_without_any_beat_ever_that_is_said(desk):
    assert "No beat has run yet: nothing is submitted" in words(desk.get(SCHEDULES))


def test_the_page_takes_few_queries_however_many_there_are(
    desk, staff, django_assert_max_num_queries, make_claimed
):
    for number in range(6):
        schedule = planned(staff, f"schedule {number}")
        for hours in range(1, 23):
            ran(schedule, task=make_claimed(), ago=timedelta(hours=hours))
    desk.get(SCHEDULES)

    with django_assert_max_num_queries(11):  # four of them say who asks
        assert len(desk.get(SCHEDULES).context["lines"]) == 6


def test_a_thousand_are_shown_fifty_on_a_page_in_order_and_counted(
    desk, django_assert_max_num_queries
):
    now = timezone.now().replace(microsecond=0)
    many(940, every(1, "days"), since=now)
    off = many(40, every(2, "days"), since=now)
    PeriodicTask.objects.filter(schedule_of_tasks__in=off).update(enabled=False)
    soon = many(19, every(1, "hours"), since=now)
    late = many(1, every(5, "minutes"), since=now - timedelta(hours=1))
    desk.get(SCHEDULES)

    with django_assert_max_num_queries(11):  # as with six
        first = desk.get(SCHEDULES)
    last = desk.get(SCHEDULES, {"page": "20"})

    told = words(first)
    assert "1,000 schedules: 960 on, 40 off, 1 late." in told
    assert "Page 1 of 20" in told
    lines = [line.schedule for line in first.context["lines"]]
    assert len(lines) == 50
    assert lines[0] == late[0]
    assert set(lines[1:20]) == set(soon)
    assert 'href="?page=2"' in first.content.decode()
    shown = {line.schedule for line in last.context["lines"]}
    assert set(off) < shown
    assert 'href="?page=21"' not in last.content.decode()


@pytest.mark.parametrize("page", ["0", "x", "-1", "99", "1000000", "²", ""])
def test_a_page_that_is_none_is_the_first_or_the_last(desk, staff, page):
    planned(staff)

    assert len(desk.get(SCHEDULES, {"page": page}).context["lines"]) == 1


def test_the_dashboard_takes_few_queries_however_many_there_are(desk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get("/admin/tasks_app/task/dashboard/")
        return len(asked)

    many(30, every(1, "days"), since=timezone.now())
    queries()
    few = queries()
    many(970, every(1, "hours"), since=timezone.now())

    assert queries() <= few


def test_a_part_is_the_page_without_what_is_around_it(desk, staff):
    planned(staff)

    part = desk.get(SCHEDULES, headers={"X-Fragment": "schedules"})

    assert part["X-Fragment"] == "schedules"
    assert "<html" not in part.content.decode()
    assert "At 02:30, Asia/Kolkata" in words(part)


def test_a_plan_that_lost_its_operation_or_cannot_be_read_takes_no_page_away(
    desk, staff
):
    for name, kwargs in (("lost", '{"operation": "gone.away"}'), ("broken", "{")):
        plan = planned(staff, name).plan
        type(plan).objects.filter(pk=plan.pk).update(kwargs=kwargs)

    told = words(desk.get(SCHEDULES))

    assert "lost gone.away, which is not installed here" in told
    for schedule in Schedule.objects.all():
        assert desk.get(f"{SCHEDULES}{schedule.pk}/change/").status_code == 200


def test_one_whose_time_zone_nobody_knows_any_more_takes_no_page_away(desk, staff):
    odd = planned(staff, "odd")
    planned(staff, "well", timezone="Europe/Berlin")
    forget_zone(odd)

    page = desk.get(SCHEDULES)

    names = [line.schedule.plan.name for line in page.context["lines"]]
    assert names == ["odd", "well"]  # trouble comes first
    told = words(page)
    assert "2 schedules: 2 on, 1 with a rule that cannot be read." in told
    assert (
        "Cannot be read There is no time zone “Europe/Atlantis”. Choose one, such as"
        " Europe/Berlin. Nothing is submitted until the rule is mended." in told
    )
    assert "None until its rule is mended" in told
    dashboard = desk.get("/admin/tasks_app/task/dashboard/").content.decode()
    assert f"{SCHEDULES}{odd.pk}/change/" in dashboard


def test_the_dashboard_leads_to_each_schedule(desk, staff):
    schedule = planned(staff)

    html = desk.get("/admin/tasks_app/task/dashboard/").content.decode()

    assert f'href="{SCHEDULES}{schedule.pk}/change/"' in html
    assert f'href="{SCHEDULES}"' in html


@pytest.mark.parametrize("name", ["periodictask", "crontabschedule", "clockedschedule"])
def test_there_is_no_second_way_to_edit_them(desk, superuser, open_as, name):
    page = open_as(superuser).get(f"/admin/django_celery_beat/{name}/")

    assert page.status_code == 404


def test_a_run_by_hand_at_the_very_slot_makes_no_twenty_first_block(desk, staff):
    schedule = planned(staff)
    runs = [ran(schedule, ago=timedelta(hours=hours)) for hours in range(1, 21)]
    ran(schedule, is_manual=True)
    ScheduleRun.objects.filter(is_manual=True).update(slot=runs[-1].slot)

    assert len(line_of(desk, schedule).blocks) == 20
