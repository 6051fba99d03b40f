"""Switching a schedule, running it now, deleting it, and the table of its runs."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Schedule, ScheduleRun, Task

from .places import SCHEDULES, told
from .places import page_of as page_of_task
from .schedules import HOURLY, planned, ran

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db


def act(desk: Client, schedule: Schedule, verb: str, **sent: str) -> Any:
    return desk.post(f"{SCHEDULES}{schedule.pk}/{verb}/", sent, follow=True)


def page_of(schedule: Schedule) -> str:
    return f"{SCHEDULES}{schedule.pk}/change/"


@pytest.fixture
def schedule(staff: Any) -> Schedule:
    return planned(staff, "hourly", **HOURLY)


def test_the_switch_turns_it_off_and_on_and_says_what_follows(desk, schedule):
    off = act(desk, schedule, "switch", on="0")

    assert told(off) == [
        "“hourly” is off. It submits nothing until it is turned on again."
    ]
    schedule.refresh_from_db()
    assert (schedule.plan.enabled, schedule.handled_until) == (False, None)
    assert 'aria-pressed="false"' in off.content.decode()

    on = act(desk, schedule, "switch", on="1")

    assert re.fullmatch(r"“hourly” is on\. It runs next (in .+|now)\.", told(on)[0])
    schedule.refresh_from_db()
    assert schedule.plan.enabled
    assert schedule.handled_until is not None


def test_one_that_cannot_run_is_not_turned_on(desk, staff):
    schedule = planned(staff, is_on=False)
    type(schedule.plan).objects.update(kwargs='{"operation": "gone.away"}')

    page = act(desk, schedule, "switch", on="1")

    assert told(page)[0].startswith("“nightly” was not turned on.")
    schedule.plan.refresh_from_db()
    assert not schedule.plan.enabled


def test_a_press_leads_back_to_its_page_but_to_none_of_others(desk, schedule):
    back = act(desk, schedule, "switch", on="0", next=page_of(schedule))
    away = act(desk, schedule, "switch", on="0", next="https://example.org/")

    assert back.redirect_chain == [(page_of(schedule), 302)]
    assert away.redirect_chain == [(SCHEDULES, 302)]


def test_a_script_gets_the_fresh_page_with_what_was_said(desk, schedule):
    address = f"{SCHEDULES}{schedule.pk}/switch/"
    part = desk.post(
        address, {"on": "0"}, headers={"X-Fragment": "schedules"}, follow=True
    )

    html = part.content.decode()
    assert "<html" not in html
    assert '<p data-told="success">“hourly” is off.' in html
    assert 'aria-pressed="false"' in html


def test_run_now_submits_a_task_of_who_asked_besides_the_slots(desk, staff, schedule):
    before = schedule.handled_until

    page = act(desk, schedule, "run")

    task = Task.objects.get()
    assert (task.operation, task.owner) == ("workshop.echo", staff)
    assert (task.events.get().actor, task.source) == ("staff", "admin")
    assert f'<a href="{page_of_task(task)}">Open the task</a>' in told(page)[0]
    run = ScheduleRun.objects.get()
    assert (run.task, run.is_manual) == (task, True)
    schedule.refresh_from_db()
    assert schedule.handled_until == before
    assert "by hand" in page.content.decode()


def keys(page: Any) -> list[str]:
    return re.findall(r'name="form" value="([^"]+)"', page.content.decode())


@pytest.mark.parametrize("address", ["list", "page"])
def test_pressing_run_twice_is_one_task_and_pressing_again_is_another(
    desk, schedule, address
):
    place = SCHEDULES if address == "list" else page_of(schedule)
    (key,) = keys(desk.get(place))

    first = act(desk, schedule, "run", form=key, next=place)
    second = act(desk, schedule, "run", form=key, next=place)

    task = Task.objects.get()
    assert told(first)[0].startswith("“hourly” runs now")
    assert "was run by this press already" in told(second)[0]
    assert page_of_task(task) in told(second)[0]
    assert ScheduleRun.objects.count() == 1
    (fresh,) = keys(second)
    act(desk, schedule, "run", form=fresh)
    assert Task.objects.count() == ScheduleRun.objects.count() == 2


def test_one_key_runs_each_schedule_of_the_list(desk, staff, schedule):
    other = planned(staff, "other", **HOURLY)
    (key,) = keys(desk.get(SCHEDULES))

    act(desk, schedule, "run", form=key)
    act(desk, other, "run", form=key)

    assert Task.objects.count() == 2


def test_a_second_press_after_a_change_of_the_schedule_is_still_the_second(
    desk, schedule
):
    (key,) = keys(desk.get(SCHEDULES))
    act(desk, schedule, "run", form=key)
    type(schedule.plan).objects.filter(pk=schedule.plan_id).update(
        kwargs='{"operation": "workshop.echo", "params": {"text": "other"}}'
    )

    again = act(desk, schedule, "run", form=key)

    assert "was run by this press already" in told(again)[0]
    assert Task.objects.count() == 1


@pytest.mark.parametrize("key", ["", "nonsense", "theirs"])
def test_a_key_that_is_none_of_ours_or_of_somebody_else_runs_as_ever(
    desk, superuser, open_as, schedule, key
):
    if key == "theirs":
        (key,) = keys(open_as(superuser).get(SCHEDULES))

    act(desk, schedule, "run", form=key)
    act(desk, schedule, "run", form=key)

    assert Task.objects.count() == 2


def test_run_now_is_for_who_could_submit_it_by_hand(open_as, clerk, grant, superuser):
    schedule = planned(superuser, operation="maintenance.prune")
    for codename in ("view_schedule", "change_schedule"):
        grant(clerk, codename)
    desk = open_as(clerk)

    html = desk.get(SCHEDULES).content.decode()

    assert act(desk, schedule, "run").status_code == 403
    assert not Task.objects.exists()
    assert f"{schedule.pk}/run/" not in html
    assert f"{schedule.pk}/switch/" in html


def test_what_cannot_be_run_says_why(desk, superuser, open_as, schedule):
    type(schedule.plan).objects.filter(pk=schedule.plan.pk).update(
        kwargs='{"operation": "workshop.count", "params": {"to": "many"}}'
    )

    page = act(open_as(superuser), schedule, "run")

    assert told(page)[0].startswith("“hourly” was not run. params.to:")
    assert not Task.objects.exists()


def test_deleting_asks_first_and_says_what_goes(desk, schedule, make_claimed):
    task = lifecycle.complete(make_claimed(), result={})
    ran(schedule, task=task)
    address = f"{SCHEDULES}{schedule.pk}/delete/"

    asked = desk.get(address).content.decode()
    assert "Its rule and what is noted of 1 run go with it, for good." in asked
    assert "The tasks it submitted stay." in asked
    assert Schedule.objects.filter(pk=schedule.pk).exists()

    done = desk.post(address, follow=True)

    assert told(done) == [
        "“hourly” is deleted. The tasks it submitted are still there."
    ]
    assert not Schedule.objects.filter(pk=schedule.pk).exists()
    assert not ScheduleRun.objects.exists()
    assert Task.objects.filter(pk=task.pk).exists()


def test_who_did_what_is_in_the_audit_log(desk, schedule, caplog):
    with caplog.at_level(logging.INFO, logger="sightline.audit"):
        act(desk, schedule, "switch", on="0")
        act(desk, schedule, "run")
        act(desk, schedule, "delete")

    lines = [each.audit for each in caplog.records if hasattr(each, "audit")]
    told = [(each["action"], each["who"], each["outcome"]) for each in lines]
    assert told == [
        ("turn_off_schedule", "staff", "done"),
        ("run_schedule", "staff", "done"),
        ("remove_schedule", "staff", "done"),
    ]


def test_looking_at_the_next_runs_is_no_line_of_the_audit_log(desk, schedule, caplog):
    with caplog.at_level(logging.INFO, logger="sightline.audit"):
        desk.post(f"{SCHEDULES}add/", {"look": "1"})

    assert [each for each in caplog.records if hasattr(each, "audit")] == []


def test_the_runs_of_a_schedule_are_a_table_twenty_on_a_page(
    desk, schedule, make_claimed
):
    task = lifecycle.complete(make_claimed(), result={})
    ran(schedule, task=task, ago=timedelta(minutes=1), late=timedelta(seconds=90))
    for hours in range(1, 31):
        ran(
            schedule, "missed", ago=timedelta(hours=hours), message="No beat was there."
        )

    first = desk.get(page_of(schedule))
    second = desk.get(page_of(schedule), {"runs": "2"})

    assert [len(page.context["runs"]) for page in (first, second)] == [20, 11]
    newest = first.context["runs"][0]
    assert (newest.words, newest.delay, newest.task) == (
        "Completed",
        "1 min 30 s",
        task,
    )
    assert newest.took
    assert "No beat was there." in first.content.decode()
    assert 'href="?runs=2"' in first.content.decode()
    assert 'href="?runs=1"' in second.content.decode()
    assert 'href="?runs=3"' not in second.content.decode()


@pytest.mark.parametrize("page", ["0", "x", "-1", "99", "1000000", "²"])
def test_a_page_of_runs_that_is_none_takes_no_page_away(desk, schedule, page):
    assert desk.get(page_of(schedule), {"runs": page}).status_code == 200


def test_two_hundred_runs_can_be_reached_and_no_more(desk, schedule):
    ScheduleRun.objects.bulk_create(
        ScheduleRun(
            schedule=schedule,
            slot=schedule.handled_until - timedelta(minutes=number),
            outcome="missed",
        )
        for number in range(230)
    )

    last = desk.get(page_of(schedule), {"runs": "10"})
    beyond = desk.get(page_of(schedule), {"runs": "11"})

    assert len(last.context["runs"]) == 20
    assert last.context["older"] == 0
    assert beyond.context["first"] == last.context["first"]


@pytest.mark.parametrize("path", ["change/", "delete/", "switch/", "run/"])
def test_what_may_not_be_seen_is_like_what_is_not_there(
    open_as: Callable[..., Any], clerk: Any, desk: Client, schedule: Schedule, path: str
) -> None:
    stranger = open_as(clerk)

    hidden = stranger.post(f"{SCHEDULES}{schedule.pk}/{path}")
    missing = desk.post(f"{SCHEDULES}0/{path}")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert stranger.get(SCHEDULES).status_code == 404
