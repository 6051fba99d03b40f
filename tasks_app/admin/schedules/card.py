"""What is planned, as the dashboard lists it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from tasks_app.admin.moments import Moment
from tasks_app.models import Schedule, ScheduleRun
from tasks_app.operations.schedules import readable

from .rights import RELATED
from .slots import due


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule; `next` is in words and empty for one that is off."""

    pk: int
    name: str
    is_on: bool
    last: Moment | None
    next: str
    is_late: bool


def schedules(*, most: int) -> list[Planned]:
    """Return the schedules by name, those that are on first."""
    runs = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-slot")
    found = Schedule.objects.annotate(last=Subquery(runs.values("slot")[:1]))
    ordered = found.select_related(*RELATED).order_by("-plan__enabled", "plan__name")
    return [_planned(each) for each in readable(ordered[:most])]


def _planned(schedule: Schedule) -> Planned:
    plan, last = schedule.plan, getattr(schedule, "last", None)
    coming = due(schedule) if plan.enabled else None
    is_late = bool(coming and coming.late)
    following = coming.next.ahead if coming and coming.next else "never"
    return Planned(
        schedule.pk,
        plan.name,
        plan.enabled,
        Moment(last) if last else None,
        following if coming else "",
        is_late,
    )
