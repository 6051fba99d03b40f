"""Every installation begins with schedules that keep the house in order."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any, Final

import pytest
from django.apps import apps
from django_celery_beat.models import PeriodicTask

from tasks_app.models import Schedule
from tasks_app.operations.schedules import NAME, cron_of

pytestmark = pytest.mark.django_db
shipped = import_module("tasks_app.migrations.0017_shipped_schedules")
SHIPPED: Final = {
    "Integrity check": ("0 * * * *", "maintenance.validate_data", "once"),
    "Full integrity check": ("0 4 * * *", "maintenance.validate_data", "once"),
    "Daily statistics": ("0 1 * * *", "maintenance.daily_statistics", "once"),
    "System health": ("*/15 * * * *", "maintenance.health_check", "skip"),
    "Clean-up": ("0 2 * * *", "maintenance.clean_up", "once"),
    "Pruning by time to live": ("0 3 * * *", "maintenance.prune", "once"),
}


def told(plan: PeriodicTask) -> tuple[str, str, str]:
    schedule = Schedule.objects.get(plan=plan)
    operation = json.loads(plan.kwargs)["operation"]
    return cron_of(plan), operation, schedule.missed


def test_they_are_there_and_on():
    plans = PeriodicTask.objects.filter(task=NAME, enabled=True)

    assert {plan.name: told(plan) for plan in plans} == SHIPPED
    assert {each.overlap for each in Schedule.objects.all()} == {"skip"}
    assert {str(plan.crontab.timezone) for plan in plans} == {"UTC"}


def test_only_the_nightly_check_reads_every_byte():
    hourly = PeriodicTask.objects.get(name="Integrity check")
    nightly = PeriodicTask.objects.get(name="Full integrity check")

    assert json.loads(hourly.kwargs)["params"] == {"content": False}
    assert "params" not in json.loads(nightly.kwargs)


def again() -> None:
    shipped.make_schedules(apps, None)
    shipped.move_pruning(apps, None)


@pytest.fixture
def earlier() -> PeriodicTask:
    """The pruning as earlier releases had it, and nothing else."""
    PeriodicTask.objects.exclude(name="Pruning by time to live").delete()
    plan = PeriodicTask.objects.get()
    plan.name, plan.crontab = "Nightly clean-up", shipped.at(apps, "0", "2")
    plan.save()
    Schedule.objects.all().delete()
    return plan


def test_the_earlier_pruning_gets_its_name_and_its_hour(earlier):
    again()

    earlier.refresh_from_db()
    assert (earlier.name, earlier.crontab.hour) == ("Pruning by time to live", "3")
    assert PeriodicTask.objects.filter(task=NAME).count() == len(SHIPPED)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Mine"},
        {"enabled": False},
        {"kwargs": '{"operation": "maintenance.prune", "params": {"dry_run": true}}'},
        {"hour": "5"},
    ],
)
def test_an_earlier_pruning_that_somebody_changed_stays(earlier, change: Any):
    if "hour" in change:
        earlier.crontab = shipped.at(apps, "0", change["hour"])
    else:
        earlier.__dict__.update(change)
    earlier.save()
    before = PeriodicTask.objects.filter(pk=earlier.pk).values().get()

    again()

    assert PeriodicTask.objects.filter(pk=earlier.pk).values().get() == before


def test_schedules_of_the_same_name_stay_as_they_are():
    changed = PeriodicTask.objects.get(name="Clean-up")
    changed.kwargs = '{"operation": "maintenance.prune"}'
    changed.save()

    again()

    changed.refresh_from_db()
    assert json.loads(changed.kwargs)["operation"] == "maintenance.prune"
    assert PeriodicTask.objects.filter(task=NAME).count() == len(SHIPPED)
