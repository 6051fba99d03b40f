"""What is planned, as the dashboard lists it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tasks_app.operations.schedules import slots_after

from .moments import Moment
from .words import lasting


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule; `next` is in words and empty for one that is off."""

    name: str
    is_on: bool
    last: Moment | None
    next: str


def schedules(*, most: int) -> list[Planned]:
    """Return the schedules by name, those that are on first."""
    kinds = ("interval", "crontab", "solar", "clocked")
    found = PeriodicTask.objects.select_related(*kinds).order_by("-enabled", "name")
    return [
        Planned(
            each.name,
            each.enabled,
            Moment(each.last_run_at) if each.last_run_at else None,
            _next(each) if each.enabled else "",
        )
        for each in found[:most]
    ]


def _next(plan: PeriodicTask) -> str:
    now = timezone.now()
    slots = slots_after(plan, now, most=1)
    return f"in {lasting(slots[0] - now)}" if slots else "unknown"
