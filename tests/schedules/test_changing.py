"""People make, change and remove schedules; what they get wrong is named."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule, Task
from tasks_app.operations import schedules
from tasks_app.operations.schedules import Fields
from tests.conftest import ORIGIN

from .plans import BERLIN, live, slots

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
NIGHTLY: Fields = {
    "name": "Echo",
    "operation": "workshop.echo",
    "params": {"text": "hi"},
    "kind": "cron",
    "minute": "0",
    "hour": "2",
    "timezone": BERLIN,
}


def make(user: Any, **fields: Any) -> Schedule:
    known: Any = {**NIGHTLY, **fields}
    return schedules.create(known, user=user, origin=ORIGIN)


def errors(user: Any, **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInputError) as refused:
        make(user, **fields)
    assert not PeriodicTask.objects.exists()
    return refused.value.errors


def test_a_schedule_is_made_and_counts_from_now_on(superuser):
    before = timezone.now()

    made = make(superuser, missed="all", overlap="queue", description="Says hi.")

    made = Schedule.objects.get(pk=made.pk)
    assert (made.missed, made.overlap) == ("all", "queue")
    assert made.handled_until is not None
    assert before <= made.handled_until <= timezone.now()
    assert made.plan.task == schedules.NAME
    assert json.loads(made.plan.kwargs) == {
        "operation": "workshop.echo",
        "params": {"text": "hi"},
    }
    assert schedules.rule_in_words(made.plan) == f"At 02:00, {BERLIN}"


def test_rules_that_are_alike_share_a_row(superuser):
    make(superuser, name="one")
    make(superuser, name="other")
    assert CrontabSchedule.objects.filter(timezone=BERLIN).count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": " "}, "name", "Give the schedule a name."),
        ({"name": "x" * 201}, "name", "at most 200"),
        ({"name": "a\u200bb"}, "name", "invisible"),
        ({"operation": "no.such"}, "operation", "There is no operation “no.such”."),
        ({"operation": "workshop.read"}, "operation", "needs a file"),
        ({"operation": "maintenance.bulk"}, "operation", "acts for its owner"),
        ({"params": {"txt": 1}}, "params.txt", "There is no such parameter."),
        ({"params": []}, "params", "must be an object"),
        ({"kind": "solar"}, "kind", "Choose a cron rule"),
        ({"minute": "61"}, "minute", "“61” is no minute."),
        ({"hour": ""}, "hour", "“” is no hour."),
        ({"timezone": "Europe/Atlantis"}, "timezone", "There is no time zone"),
        ({"kind": "interval", "every": 0}, "every", "one second at least"),
        ({"kind": "interval", "every": "x"}, "every", "whole number"),
        ({"kind": "interval", "period": "weeks"}, "period", "cannot be counted"),
        ({"kind": "clocked"}, "at", "Say when: a date and a time"),
        ({"missed": "maybe"}, "missed", "Known are: skip, once, all."),
        ({"overlap": "maybe"}, "overlap", "Known are: allow, skip, queue."),
    ],
)
def test_what_is_wrong_is_named(superuser, fields, field, words):
    found = errors(superuser, **fields)
    assert list(found) == [field]
    assert words in " ".join(found[field])


def test_everything_that_is_wrong_is_named_at_once(superuser):
    found = errors(superuser, name="", minute="x", hour="99", overlap="no")
    assert set(found) == {"name", "minute", "hour", "overlap"}


def test_a_moment_that_has_passed_is_refused(superuser):
    past = timezone.now() - timedelta(minutes=1)
    assert "passed" in errors(superuser, kind="clocked", at=past)["at"][0]
    assert "passed" in errors(superuser, expires=past)["expires"][0]


def test_a_name_is_given_once(superuser):
    make(superuser)
    with pytest.raises(InvalidInputError, match="There is a schedule “Echo”"):
        make(superuser)


def test_who_may_not_submit_an_operation_makes_no_schedule_of_it(alice, superuser):
    assert "operation" in errors(alice, operation="maintenance.prune", params={})
    made = make(superuser, operation="maintenance.prune", params={})

    for verb in (schedules.turn_on, schedules.run_now):
        with pytest.raises(InvalidInputError, match="There is no operation"):
            verb(made, user=alice, origin=ORIGIN)
    with pytest.raises(InvalidInputError, match="There is no operation"):
        schedules.change(made, {"hour": "3"}, user=alice, origin=ORIGIN)
    made.refresh_from_db()
    assert made.plan.crontab.hour == "2"
    assert not Task.objects.exists()


def test_a_change_keeps_what_it_does_not_name(superuser):
    made = make(superuser, overlap="skip", one_off=False)

    schedules.change(made, {"hour": "3"}, user=superuser, origin=ORIGIN)

    made = Schedule.objects.get(pk=made.pk)
    assert schedules.cron_of(made.plan) == "0 3 * * *"
    assert (made.plan.name, made.overlap) == ("Echo", "skip")
    assert str(made.plan.crontab.timezone) == BERLIN


def test_only_another_rule_counts_anew(superuser):
    made = make(superuser)
    long_ago = timezone.now() - timedelta(days=3)
    Schedule.objects.update(handled_until=long_ago)

    schedules.change(made, {"name": "Other"}, user=superuser, origin=ORIGIN)
    made.refresh_from_db()
    assert made.handled_until == long_ago

    schedules.change(made, {"hour": "4"}, user=superuser, origin=ORIGIN)
    made.refresh_from_db()
    assert made.handled_until is not None
    assert timezone.now() - made.handled_until < timedelta(minutes=1)


def test_a_rule_becomes_one_of_another_kind(superuser):
    made = make(superuser)
    fields: Fields = {"kind": "interval", "every": 90, "period": "seconds"}

    schedules.change(made, fields, user=superuser, origin=ORIGIN)

    made = Schedule.objects.get(pk=made.pk)
    assert schedules.rule_in_words(made.plan) == "Every 90 seconds"
    assert schedules.cron_of(made.plan) == ""


def test_off_and_on_again_misses_nothing(superuser):
    made = make(superuser, kind="interval", every=1, period="minutes", missed="all")
    schedules.turn_off(made, user=superuser, origin=ORIGIN)
    made.refresh_from_db()
    assert (made.handled_until, made.plan.enabled) == (None, False)
    live(timezone.now(), timezone.now() + timedelta(minutes=5))
    assert not made.runs.exists()

    schedules.turn_on(made, user=superuser, origin=ORIGIN)

    again = timezone.now()
    live(again, again + timedelta(minutes=2))
    assert len(slots(made)) == 2
    assert not made.runs.exclude(outcome="submitted").exists()


def test_one_that_is_made_off_does_nothing(superuser):
    made = make(superuser, kind="interval", every=1, period="minutes", is_on=False)
    live(timezone.now(), timezone.now() + timedelta(minutes=3))
    assert not made.runs.exists()


def test_a_removed_schedule_is_gone_and_its_tasks_stay(superuser):
    made = make(superuser)
    task = schedules.run_now(made, user=superuser, origin=ORIGIN)

    schedules.remove(made, user=superuser, origin=ORIGIN)

    assert not Schedule.objects.exists()
    assert not PeriodicTask.objects.exists()
    assert Task.objects.filter(pk=task.pk).exists()


def test_a_run_by_hand_is_a_task_of_who_asked(superuser):
    made = make(superuser)

    first = schedules.run_now(made, user=superuser, origin=ORIGIN)
    second = schedules.run_now(made, user=superuser, origin=ORIGIN)

    assert (first.owner, first.params) == (superuser, {"text": "hi"})
    runs = made.runs.all()
    assert {run.task for run in runs} == {first, second}
    assert all(run.is_manual and run.message == "By admin." for run in runs)
    assert not any(run.is_late for run in runs)


def test_of_two_runs_by_hand_with_one_key_the_second_is_the_first(superuser):
    made = make(superuser)

    runs = [
        schedules.run_now(made, user=superuser, origin=ORIGIN, key=key)
        for key in ("a press", "a press", "another")
    ]

    assert runs[0] == runs[1] != runs[2]
    assert made.runs.count() == Task.objects.count() == 2


def test_a_draft_shows_the_next_slots_and_saves_nothing(superuser):
    drafted = schedules.draft(NIGHTLY, user=superuser)

    found = schedules.slots_after(drafted, timezone.now(), most=5)

    assert len(found) == 5
    assert not PeriodicTask.objects.exists()
    assert not CrontabSchedule.objects.filter(timezone=BERLIN).exists()


def test_every_change_is_told_to_the_audit_log(superuser, caplog):
    caplog.set_level(logging.INFO, "sightline.audit")
    made = make(superuser)
    schedules.change(made, {"hour": "3"}, user=superuser, origin=ORIGIN)
    schedules.turn_off(made, user=superuser, origin=ORIGIN)
    schedules.turn_on(made, user=superuser, origin=ORIGIN)
    task = schedules.run_now(made, user=superuser, origin=ORIGIN)
    schedules.remove(made, user=superuser, origin=ORIGIN)

    facts = [record.audit for record in caplog.records if hasattr(record, "audit")]
    verbs = ["create", "change", "turn_on", "turn_off", "run", "remove"]
    assert {fact["action"] for fact in facts} == {f"{verb}_schedule" for verb in verbs}
    assert all(fact["who"] == "admin" and fact["schedule"] == "Echo" for fact in facts)
    assert str(task.pk) in str(facts)
