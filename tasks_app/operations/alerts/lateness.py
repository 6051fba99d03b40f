"""Which schedules are late: a slot is past and nothing was submitted, or too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.utils import timezone

from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.schedule import Outcome
from tasks_app.operations.schedules import asked_of, readable, slots_after

if TYPE_CHECKING:
    from django_celery_beat.models import PeriodicTask

NOTED: Final = (Outcome.SUBMITTED, Outcome.MISSED)
FURTHEST: Final = timedelta(days=1)  # that a slot may lie before the window


def late(*, by: timedelta, within: timedelta, operation: str = "") -> list[str]:
    """Return in words which schedules are late by more than `by`.

    Those whose slot is still to be dealt with, and those of which one was submitted or
    given up that late `within` the last while.
    """
    now = timezone.now()
    on = Schedule.objects.filter(plan__enabled=True, handled_until__isnull=False)
    schedules = [
        each
        for each in readable(on.order_by("plan__name"))
        if not operation or operation_of(each.plan) == operation
    ]
    overdue = [_overdue(each, now - by) for each in schedules]
    return [text for text in overdue if text] + _were_late(schedules, now, by, within)


def operation_of(plan: PeriodicTask) -> str:
    """Return the operation that the plan submits; empty for one that is unreadable."""
    return str(asked_of(plan).get("operation", ""))


def _overdue(schedule: Schedule, limit: datetime) -> str:
    handled = schedule.handled_until
    if handled is None or handled >= limit:
        return ""
    slots = slots_after(schedule.plan, handled, most=1)
    if not slots or slots[0] >= limit:
        return ""
    return f"{schedule} was due at {_clock(slots[0])}"


def _were_late(
    schedules: list[Schedule], now: datetime, by: timedelta, within: timedelta
) -> list[str]:
    found = ScheduleRun.objects.filter(
        schedule__in=schedules,
        slot__gte=now - within - FURTHEST,
        noted_at__gte=now - within,
        noted_at__gt=F("slot") + by,
        outcome__in=NOTED,
        is_manual=False,
    )
    runs = found.select_related("schedule__plan").order_by("-slot")
    return [
        f"{run.schedule} of {_clock(run.slot)} was {run.get_outcome_display().lower()}"
        f" at {_clock(run.noted_at)}"
        for run in runs[:100]
    ]


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M %Z")
