"""What became of slots is known for a while: the table stays small."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.schedule import Outcome

ALWAYS: Final = 200  # runs of a schedule that are kept however old they are
AT_MOST: Final = 5_000  # and those that are kept of the last days
KEPT: Final = timedelta(days=35)
PORTION: Final = 5_000  # rows deleted at a time, so that no turn takes long


def forget_runs(now: datetime) -> int:
    """Delete the old runs of every schedule; return how many.

    One that waits, or whose task is not final, counts for the policy of overlaps.
    """
    runs = ScheduleRun.objects.order_by().values("schedule").annotate(Count("pk"))
    many = runs.filter(pk__count__gt=ALWAYS).values("schedule")
    return sum(_forget(each, now) for each in Schedule.objects.filter(pk__in=many))


def _forget(schedule: Schedule, now: datetime) -> int:
    runs = schedule.runs.order_by("-slot")
    newest = _slot(schedule, ALWAYS)
    if newest is None:
        return 0
    before = min(newest, now - KEPT)
    before = max(before, _slot(schedule, AT_MOST) or before)
    old = runs.filter(slot__lte=before).exclude(outcome=Outcome.WAITING)
    unfinished = schedule.runs.unfinished().values("pk")
    ids = list(old.exclude(pk__in=unfinished).values_list("pk", flat=True)[:PORTION])
    return ScheduleRun.objects.filter(pk__in=ids).delete()[0]


def _slot(schedule: Schedule, number: int) -> datetime | None:
    """Return the slot of the run that so many newer ones stand before."""
    slots = schedule.runs.order_by("-slot").values_list("slot", flat=True)
    return next(iter(slots[number : number + 1]), None)
