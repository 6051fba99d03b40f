"""The form of a schedule: it makes, changes, complains, and shows what is next."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from tasks_app.models import Schedule

from .places import SCHEDULES, told
from .schedules import planned, typed

pytestmark = pytest.mark.django_db
NEW = f"{SCHEDULES}add/"


def change(schedule: Schedule) -> str:
    return f"{SCHEDULES}{schedule.pk}/change/"


def edited(desk, schedule, **changes):
    """Send the form of the page as it came, with changes."""
    form = desk.get(change(schedule)).context
    return desk.post(change(schedule), typed(seen=form["seen"], **changes))


def mistakes(response: Any) -> dict[str, str]:
    return {each.anchor: each.sentence for each in response.context["form"].mistakes}


def slots(response: Any) -> list[str]:
    return [slot.words for slot in response.context.get("next", [])]


def test_a_new_schedule_is_made_as_it_was_typed(desk):
    response = desk.post(NEW, typed(missed="all", overlap="queue"), follow=True)

    schedule = Schedule.objects.get(plan__name="from the form")
    assert told(response) == ["“from the form” is made."]
    assert response.redirect_chain == [(change(schedule), 302)]
    asked = json.loads(schedule.plan.kwargs)
    assert asked == {"operation": "workshop.echo", "params": {"text": "hello"}}
    cron = schedule.plan.crontab
    assert (cron.minute, cron.hour, str(cron.timezone)) == ("15", "3", "Europe/Berlin")
    assert (schedule.missed, schedule.overlap) == ("all", "queue")
    assert schedule.plan.description == "What for."
    assert schedule.plan.enabled
    assert schedule.handled_until is not None


def test_one_without_the_tick_is_made_but_off(desk):
    sent = typed(kind="interval", every="7", period="hours")
    del sent["enabled"]
    desk.post(NEW, sent)

    plan = Schedule.objects.get(plan__name="from the form").plan
    assert not plan.enabled
    assert (plan.interval.every, plan.interval.period) == (7, "hours")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"operation": "workshop.nothing"}, "operation"),
        ({"operation": "files.process"}, "operation"),  # needs a file
        ({"operation": ""}, "operation"),
        ({"minute": "61"}, "minute"),
        ({"hour": "late"}, "hour"),
        ({"day_of_month": "31", "month_of_year": "2"}, "day_of_month"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"kind": "interval", "every": "0"}, "every"),
        ({"kind": "interval", "every": "1.5"}, "every"),
        ({"kind": "interval", "every": ""}, "every"),
        ({"kind": "interval", "every": "9" * 40}, "every"),
        ({"kind": "interval", "period": "moons"}, "period"),
        ({"kind": "whenever"}, "kind"),
        ({"params.text": "a\x00b"}, "params.text"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_made(
    desk, changes, field
):
    before = Schedule.objects.count()

    response = desk.post(NEW, typed(**changes))

    assert response.status_code == 400
    assert set(mistakes(response)) == {field}
    assert f'href="#{field}"' in response.content.decode()
    assert f'id="{field}"' in response.content.decode()
    assert Schedule.objects.count() == before


def test_all_that_is_wrong_is_told_at_once_and_kept(desk):
    sent = typed(name="", minute="x", operation="workshop.everything")
    sent |= {
        "params_of": "workshop.everything",
        "params.rules": "{",
        "params.count": "0",
    }

    response = desk.post(NEW, sent)

    wrong = mistakes(response)
    assert {"name", "minute", "params.rules", "params.name", "params.count"} <= set(
        wrong
    )
    assert "This is not valid JSON" in wrong["params.rules"]
    assert 'value="x"' in response.content.decode()


WRONG: Any = [
    (
        {"minute": "x", "hour": "99", "timezone": "Europe/Nowhere", "name": ""},
        {"minute", "hour", "timezone", "name"},
    ),
    (
        {"kind": "interval", "every": "x", "period": "moons", "params.text": "a\x00"},
        {"every", "period", "params.text"},
    ),
    ({"timezone": "", "operation": "no.such"}, {"timezone", "operation"}),
]


@pytest.mark.parametrize(("changes", "fields"), WRONG, ids=["cron", "every", "zone"])
@pytest.mark.parametrize("verb", ["make", "change"])
def test_a_wrong_field_of_the_rule_hides_no_other(desk, staff, verb, changes, fields):
    if verb == "make":
        response = desk.post(NEW, typed(**changes))
    else:
        response = edited(desk, planned(staff), **changes)

    assert response.status_code == 400
    assert set(mistakes(response)) == fields
    for field in response.context["form"].controls:
        assert bool(field.errors) == (field.key in fields)


def test_a_name_that_is_taken_is_refused(desk, staff):
    planned(staff, "taken")

    response = desk.post(NEW, typed(name="taken"))

    assert "already" in mistakes(response)["name"]


@pytest.mark.parametrize("changes", [{"missed": "maybe"}, {"overlap": ""}])
def test_a_policy_that_is_none_is_refused(desk, changes):
    response = desk.post(NEW, typed(**changes))

    assert response.status_code == 400
    assert "There is no such way." in response.content.decode()


def test_the_page_shows_what_there_is(desk, staff):
    schedule = planned(staff, params={"text": "as it was"}, overlap="skip")

    page = desk.get(change(schedule))

    html = page.content.decode()
    assert 'value="as it was"' in html
    assert 'name="minute" value="30"' in html
    assert 'name="timezone" value="Asia/Kolkata"' in html
    assert re.search(r'name="overlap" value="skip" checked', html)
    assert len(slots(page)) == 5
    assert all(words.endswith("02:30 IST") for words in slots(page))


def test_a_change_is_saved_and_the_switch_left_alone(desk, staff):
    schedule = planned(staff, is_on=False)

    response = edited(desk, schedule, name="renamed", hour="4")

    assert response.status_code == 302
    schedule.refresh_from_db()
    assert (schedule.plan.name, schedule.plan.crontab.hour) == ("renamed", "4")
    assert not schedule.plan.enabled


def test_a_change_that_somebody_else_made_meanwhile_is_not_lost(desk, staff):
    schedule = planned(staff)
    seen = desk.get(change(schedule)).context["seen"]
    edited(desk, schedule, name="theirs")

    response = desk.post(change(schedule), typed(seen=seen, name="mine"))

    assert response.status_code == 400
    assert "Somebody changed this schedule" in response.content.decode()
    schedule.plan.refresh_from_db()
    assert schedule.plan.name == "theirs"
    again = typed(seen=response.context["seen"], name="mine")
    assert desk.post(change(schedule), again).status_code == 302


def test_a_slot_that_comes_while_the_form_is_open_is_no_such_change(desk, staff):
    schedule = planned(staff)
    seen = desk.get(change(schedule)).context["seen"]
    Schedule.objects.update(handled_until="2026-01-01T00:00:00Z")

    assert desk.post(change(schedule), typed(seen=seen)).status_code == 302


def test_the_next_runs_are_shown_without_saving(desk):
    before = Schedule.objects.count()

    response = desk.post(NEW, typed(minute="0", hour="*/6", look="1"))

    assert response.status_code == 200
    assert Schedule.objects.count() == before
    times = [words.split(", ")[1][:5] for words in slots(response)]
    assert sorted(set(times)) == ["00:00", "06:00", "12:00", "18:00"]
    assert len(times) == 5
    assert "Every 6 hours" in response.content.decode()
    assert "Times in Europe/Berlin." in response.content.decode()
    assert mistakes(response) == {}


def test_slots_within_a_minute_are_all_told_to_the_second(desk):
    sent = typed(kind="interval", every="20", period="seconds", look="1")

    times = [words.split(", ")[1].split()[0] for words in slots(desk.post(NEW, sent))]

    assert {time[-2:] for time in times} == {"00", "20", "40"}
    assert all(len(time) == 8 for time in times)


def test_a_script_gets_the_next_runs_and_the_parameters_alone(desk):
    sent = typed(operation="workshop.everything", kind="interval", every="10")

    part = desk.post(NEW, sent, headers={"X-Fragment": "form"})

    html = part.content.decode()
    assert part["X-Fragment"] == "form"
    assert "<html" not in html
    assert 'name="params.rules"' in html
    assert "Every 10 minutes" in html
    assert len(slots(part)) == 5


def test_looking_at_what_is_wrong_says_so_in_place_of_the_runs(desk):
    part = desk.post(NEW, typed(hour="25"), headers={"X-Fragment": "form"})

    assert slots(part) == []
    assert "The rule is not complete: “25” is no hour." in part.content.decode()


def test_another_operation_brings_its_own_parameters(desk, staff):
    schedule = planned(staff, params={"text": "kept"})

    page = desk.post(change(schedule), typed(operation="workshop.count", look="1"))

    first = page.context["form"].params[0]
    assert (first.name, first.value) == ("to", "10")
    assert "params.text" not in page.content.decode()


def test_only_operations_that_need_no_file_are_offered(desk):
    form = desk.get(NEW).context["form"]

    names = {each.name for each in form.operations}
    assert "workshop.echo" in names
    assert "files.process" not in names


def test_parameters_are_for_who_may_see_them_and_stay_for_others(desk, staff):
    schedule = planned(staff, params={"text": "secret"})
    payload = Permission.objects.get(codename="view_task_payload")
    staff.groups.get().permissions.remove(payload)

    page = desk.get(change(schedule))
    edited(desk, schedule, name="renamed", operation="workshop.count")

    assert "secret" not in page.content.decode()
    schedule.plan.refresh_from_db()
    assert schedule.plan.name == "renamed"
    asked = json.loads(schedule.plan.kwargs)
    assert asked == {"operation": "workshop.echo", "params": {"text": "secret"}}


def test_who_may_only_look_gets_no_form(open_as, clerk, grant, staff):
    schedule = planned(staff)
    desk = open_as(grant(clerk, "view_schedule"))

    page = desk.get(change(schedule))

    html = page.content.decode()
    assert "You may look at schedules, not change them." in html
    assert "<button" not in html.partition('id="content"')[2]
    assert len(slots(page)) == 5
    assert desk.post(change(schedule), typed()).status_code == 403


def test_a_schedule_of_what_one_may_not_start_is_not_edited(
    open_as, clerk, grant, superuser
):
    schedule = planned(superuser, operation="maintenance.prune")
    for codename in ("view_schedule", "change_schedule"):
        grant(clerk, codename)
    desk = open_as(clerk)

    page = desk.get(change(schedule))

    assert "may change this schedule." in page.content.decode()
    assert desk.post(change(schedule), typed()).status_code == 403
