"""What a rule looks at, and when it opens an incident."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tasks_app import lifecycle
from tasks_app.models import (
    AlertRule,
    Delivery,
    Incident,
    Schedule,
    ScheduleRun,
    Statistics,
    Task,
)
from tasks_app.operations.alerts import raise_incident
from tasks_app.operations.alerts.incidents import end_quiet
from tasks_app.operations.alerts.rules import watch_rules
from tasks_app.operations.schedules import Fields, create
from tests.conftest import ORIGIN
from tests.schedules.plans import forget_zone

# What a test has not committed is not counted.
pytestmark = pytest.mark.django_db(transaction=True)


def opened() -> list[str]:
    return list(Incident.objects.open().values_list("title", flat=True))


def look() -> None:
    watch_rules()
    end_quiet(for_seconds=0)


def later(minutes: int) -> None:
    """Let what was counted be that much older."""
    for row in Statistics.objects.all():
        row.at -= timedelta(minutes=minutes)
        row.save()


# --- Failures ---------------------------------------------------------------------


def test_a_storm_is_one_incident_with_one_message_and_one_recovery(
    hook, rule, fail_tasks
):
    watched = rule(hook("https://hooks.example.com/"), threshold=1, window=5)
    for _ in range(5):
        fail_tasks(200)
        watch_rules()

    incident = Incident.objects.get()
    assert (incident.rule, incident.count) == (watched, 1)
    assert incident.facts["Failed"] == "1,000 within 5 min"
    assert incident.facts["Operations"] == "workshop.echo (1,000)"
    assert incident.facts["Most often"] == "It broke. (1,000)"
    assert Delivery.objects.get().occasion == "opened"

    later(6)
    look()
    look()

    assert not opened()
    assert Delivery.objects.filter(occasion="recovered").count() == 1
    assert Delivery.objects.count() == 2


def test_failures_count_although_their_tasks_were_retried(rule, fail_tasks):
    rule(threshold=2)
    fail_tasks(2)
    for task in Task.objects.all():
        lifecycle.retry(task, origin=ORIGIN, attempts=1)

    look()

    assert opened() == ["Watch failure"]


def test_a_rule_opens_at_its_threshold_and_not_before(rule, fail_tasks):
    rule(threshold=3)
    fail_tasks(2)
    look()
    assert opened() == []

    fail_tasks(1)
    look()

    assert opened() == ["Watch failure"]


def test_a_rule_about_an_operation_looks_at_no_other(rule, fail_tasks):
    rule(operation="workshop.slow")
    fail_tasks(1, operation="workshop.echo")
    look()
    assert opened() == []

    fail_tasks(1, operation="workshop.slow")
    look()

    assert opened() == ["Watch failure"]


def test_a_rate_needs_enough_tasks_to_be_one(rule, fail_tasks, complete_tasks):
    rule(kind="failure_rate", threshold=40, minimum=5)
    fail_tasks(2)
    complete_tasks(2)
    look()
    assert opened() == []  # a half, but of four

    complete_tasks(1)
    look()

    assert opened() == ["Watch failure_rate"]
    assert Incident.objects.get().facts["Failed"] == "2 of 5 within 15 min"


def test_a_rate_below_its_threshold_is_well(rule, fail_tasks, complete_tasks):
    rule(kind="failure_rate", threshold=41, minimum=5)
    fail_tasks(2)
    complete_tasks(3)

    look()

    assert opened() == []


# --- Waiting ----------------------------------------------------------------------


def test_the_task_that_waits_longest_counts_once_it_could_begin(rule, make_task):
    rule(kind="oldest_waiting", threshold=30)
    task = make_task()
    ago = timezone.now() - timedelta(minutes=31)
    Task.objects.update(status_updated_at=ago, created_at=ago)
    Task.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    look()
    assert opened() == []

    Task.objects.update(not_before=None)
    look()
    assert opened() == ["Watch oldest_waiting"]
    assert Incident.objects.get().facts["Waiting"] == "the oldest for 31 min"

    lifecycle.claim(str(task.pk), worker="w")
    look()
    assert opened() == []


# --- Schedules --------------------------------------------------------------------


@pytest.fixture
def schedule(db: None) -> Any:
    """Submits something each minute, and was dealt with up to now."""
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period="minutes")
    plan = PeriodicTask.objects.create(
        name="Each minute",
        task="tasks_app.submit_scheduled",
        interval=every,
        kwargs=json.dumps({"operation": "workshop.echo"}),
    )
    Schedule.objects.exclude(plan=plan).delete()
    now = timezone.now()
    made, _ = Schedule.objects.update_or_create(
        plan=plan, defaults={"handled_until": now}
    )
    return made


def test_a_slot_that_nobody_dealt_with_is_late(rule, schedule):
    rule(kind="lateness", threshold=5)
    look()
    assert opened() == []

    schedule.handled_until = timezone.now() - timedelta(minutes=8)
    schedule.save()
    look()
    assert opened() == ["Watch lateness"]
    assert "Each minute was due at" in Incident.objects.get().facts["Late"]

    schedule.handled_until = timezone.now()
    schedule.save()
    look()
    assert opened() == []


@pytest.mark.parametrize(
    ("outcome", "late", "is_manual", "expected"),
    [
        ("submitted", 6, False, ["Watch lateness"]),
        ("missed", 6, False, ["Watch lateness"]),
        ("submitted", 4, False, []),
        ("overlapped", 6, False, []),
        ("submitted", 6, True, []),
    ],
)
def test_a_slot_that_was_dealt_with_too_late_is_late_for_a_while(
    rule, schedule, outcome, late, is_manual, expected
):
    rule(kind="lateness", threshold=5, window=15)
    slot = timezone.now() - timedelta(minutes=late)
    ScheduleRun.objects.create(
        schedule=schedule, slot=slot, outcome=outcome, is_manual=is_manual
    )
    look()
    assert opened() == expected

    ScheduleRun.objects.update(noted_at=timezone.now() - timedelta(minutes=16))
    look()
    assert opened() == []


def test_a_schedule_that_is_off_is_never_late(rule, schedule):
    rule(kind="lateness", threshold=5)
    schedule.handled_until = timezone.now() - timedelta(minutes=8)
    schedule.save()
    PeriodicTask.objects.filter(pk=schedule.plan_id).update(enabled=False)

    look()

    assert opened() == []


def test_lateness_of_an_operation_is_about_its_schedules(rule, schedule):
    rule(kind="lateness", threshold=5, operation="workshop.slow")
    schedule.handled_until = timezone.now() - timedelta(minutes=8)
    schedule.save()
    look()
    assert opened() == []

    PeriodicTask.objects.filter(pk=schedule.plan_id).update(
        kwargs='{"operation": "workshop.slow"}'
    )
    look()

    assert opened() == ["Watch lateness"]


def test_a_schedule_that_cannot_be_read_hides_no_late_one(rule, schedule, superuser):
    rule(kind="lateness", threshold=5)
    fields: Fields = {"name": "odd", "kind": "cron", "operation": "workshop.echo"}
    forget_zone(create(fields, user=superuser, origin=ORIGIN))
    schedule.handled_until = timezone.now() - timedelta(minutes=8)
    schedule.save()

    look()

    assert opened() == ["Watch lateness"]


# --- All of them ------------------------------------------------------------------


def test_a_rule_tells_its_own_channels_only(hook, rule, fail_tasks):
    hook("https://hooks.example.com/", "of nobody")
    rule(hook("https://hooks.example.com/", "ours"))
    fail_tasks(1)

    look()

    assert list(Delivery.objects.values_list("to", flat=True)) == ["ours"]


def test_who_looked_before_a_rule_was_turned_off_opens_nothing_after(rule):
    seen = rule()
    AlertRule.objects.update(enabled=False)

    assert not raise_incident(key=seen.key, title=seen.name, rule=seen)
    assert opened() == []


def test_a_rule_that_cannot_be_looked_at_stops_no_other(rule, fail_tasks, caplog):
    rule(name="A first", kind="oldest_waiting")
    AlertRule.objects.update(kind="of earlier days")
    rule()
    fail_tasks(1)

    look()

    assert opened() == ["Watch failure"]
    assert "The rule “A first” could not be looked at." in caplog.text


def test_a_rule_that_is_off_opens_nothing(rule, fail_tasks):
    rule(enabled=False)
    fail_tasks(1)

    look()

    assert opened() == []


@pytest.mark.parametrize("deleted", [True, False])
def test_what_a_rule_began_is_over_when_nobody_looks_any_more(
    hook, rule, fail_tasks, deleted
):
    watched = rule(hook("https://hooks.example.com/"))
    fail_tasks(1)
    look()
    if deleted:
        watched.delete()
    else:
        AlertRule.objects.update(enabled=False)

    look()

    assert opened() == []
    over = Delivery.objects.get(occasion="recovered")
    assert over.message["facts"] == {"Meaning": "Its rule was turned off or deleted."}


def test_looking_asks_no_more_when_more_has_failed(
    rule, fail_tasks, django_assert_max_num_queries
):
    rule(threshold=1)
    rule(kind="failure_rate", minimum=1)
    fail_tasks(300)
    look()

    with django_assert_max_num_queries(16):
        watch_rules()
