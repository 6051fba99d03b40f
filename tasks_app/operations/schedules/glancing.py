"""All schedules at a glance, in one query and without an object for each.

Beats look at every schedule every few seconds, and pages sort all of them by what is
due. What a rule says is worked out once for as long as it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import ExpressionWrapper, F, TextField
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from tasks_app.models.clock import DatabaseNow

from .cron import FIELDS
from .messages import submit_scheduled
from .reading import DAMAGE
from .rules import Rule, complaint, fingerprint, rule_of, zoned

if TYPE_CHECKING:
    from django.db.models import QuerySet

NAME: Final[str] = submit_scheduled.name  # what the plans of ours ask Celery for
CRON: Final = tuple(f"crontab__{field.name}" for field in FIELDS)
SOLAR: Final = ("solar__event", "solar__latitude", "solar__longitude")
COLUMNS: Final = (
    "pk",
    "name",
    "enabled",
    "date_changed",
    "schedule_of_tasks__pk",
    "schedule_of_tasks__handled_until",
    "schedule_of_tasks__rule",
    "schedule_of_tasks__missed",
    "clock",
)
MOMENTS: Final = ("date_changed", "schedule_of_tasks__handled_until")
RULE: Final = (
    "start_time",
    "expires",
    "crontab",
    *CRON,
    "zone",
    "interval",
    "interval__every",
    "interval__period",
    "clocked__clocked_time",
    "solar",
    *SOLAR,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule says; `mark` is another one when it changes."""

    mark: str
    rule: Rule | None
    complaint: str = ""  # why there is no rule


LOST: Final = Reading(
    "",
    None,
    "Its row in the database is damaged: mend or delete it there.",
)


class Glance(NamedTuple):
    """A plan, and what is known of its schedule if it has one yet."""

    plan: int
    name: str
    is_on: bool
    changed_at: datetime | None
    schedule: int | None
    handled_until: datetime | None
    known: str | None  # the mark of the rule that `handled_until` is of
    missed: str | None
    clock: datetime  # the database's
    written: tuple[Any, ...]  # the rule, as the database has it

    @property
    def reading(self) -> Reading:
        return _read(self.written) if self.written else LOST

    @property
    def expires(self) -> datetime | None:
        """When the plan ends, also of a rule that cannot be read."""
        ends: datetime | None = self.written[RULE.index("expires")]
        return ends

    @property
    def is_lost(self) -> bool:
        """Whether nothing but its name could be read."""
        return not self.written


def glances() -> Iterator[Glance]:
    """Yield every plan of ours, also those of which only the name can be read."""
    # As a text the database gives every time zone, also one that nobody knows any more.
    zone = ExpressionWrapper(F("crontab__timezone"), output_field=TextField())
    plans = PeriodicTask.objects.filter(task=NAME)
    known = plans.annotate(zone=zone, clock=DatabaseNow())
    end = len(COLUMNS)
    for row in _rows(known):
        yield Glance._make((*row[:end], row[end:]))


def _rows(known: QuerySet[PeriodicTask]) -> list[Any]:
    try:
        return list(known.values_list(*COLUMNS, *RULE))
    except DAMAGE:
        plans = list(known.values_list("pk", flat=True))
        return [row for pk in plans for row in _row(known.filter(pk=pk))]


def _row(known: QuerySet[PeriodicTask]) -> list[Any]:
    try:
        return list(known.values_list(*COLUMNS, *RULE))
    except DAMAGE:
        bare = known.values_list(*(x for x in COLUMNS if x not in MOMENTS))
        return [(*row[:3], None, row[3], None, *row[4:]) for row in bare]


@lru_cache(maxsize=8192)
def _read(written: tuple[Any, ...]) -> Reading:
    plan = _plan(dict(zip(RULE, written, strict=True)))
    mark = fingerprint(plan)
    said = complaint(plan)
    return Reading(mark, None if said else rule_of(plan), said)


def _plan(facts: dict[str, Any]) -> PeriodicTask:
    """Return the plan with its rule, and nothing else of it."""
    plan = PeriodicTask(start_time=facts["start_time"], expires=facts["expires"])
    if facts["crontab"] is not None:
        five = {field.name: facts[f"crontab__{field.name}"] for field in FIELDS}
        plan.crontab = zoned(CrontabSchedule(**five), facts["zone"] or "")
    if facts["interval"] is not None:
        every, period = facts["interval__every"], facts["interval__period"]
        plan.interval = IntervalSchedule(every=every, period=period)
    if facts["clocked__clocked_time"] is not None:
        plan.clocked = ClockedSchedule(clocked_time=facts["clocked__clocked_time"])
    if facts["solar"] is not None:
        event, latitude, longitude = (facts[name] for name in SOLAR)
        plan.solar = SolarSchedule(event=event, latitude=latitude, longitude=longitude)
    return plan
