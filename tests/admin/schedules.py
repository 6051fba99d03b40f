"""Schedules for the tests, and what became of their slots."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tasks_app.models import ScheduleRun
from tasks_app.operations.schedules import create
from tests.conftest import ORIGIN

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tasks_app.models import Schedule, Task

NIGHTLY: dict[str, Any] = {
    "operation": "workshop.echo",
    "kind": "cron",
    "minute": "30",
    "hour": "2",
    "timezone": "Asia/Kolkata",
}
HOURLY: dict[str, Any] = {
    "operation": "workshop.echo",
    "kind": "interval",
    "every": 1,
    "period": "hours",
}


def planned(user: User, name: str = "nightly", **fields: Any) -> Schedule:
    """Return a schedule made as the pages make them."""
    return create({"name": name, **NIGHTLY, **fields}, user=user, origin=ORIGIN)  # type: ignore[typeddict-item]  # keys are names of fields


def ran(
    schedule: Schedule,
    outcome: str = "submitted",
    *,
    task: Task | None = None,
    ago: timedelta = timedelta(hours=1),
    late: timedelta = timedelta(seconds=1),
    **fields: Any,
) -> ScheduleRun:
    """Note what became of a slot."""
    slot = timezone.now() - ago
    return ScheduleRun.objects.create(
        schedule=schedule,
        slot=slot,
        noted_at=slot + late,
        outcome=outcome,
        task=task,
        **fields,
    )


def typed(**changes: str) -> dict[str, str]:
    """Return what the form of a new schedule sends."""
    return {
        "name": "from the form",
        "description": "What for.",
        "operation": "workshop.echo",
        "params_of": "workshop.echo",
        "params.text": "hello",
        "kind": "cron",
        "minute": "15",
        "hour": "3",
        "day_of_month": "*",
        "month_of_year": "*",
        "day_of_week": "*",
        "timezone": "Europe/Berlin",
        "every": "15",
        "period": "minutes",
        "missed": "once",
        "overlap": "allow",
        "enabled": "true",
        **changes,
    }
