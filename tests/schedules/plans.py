"""Plans and schedules for tests, and the time walked through beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
)

from tasks_app.models import Schedule, Task
from tasks_app.operations.schedules import NAME, dealing, turn
from tasks_app.operations.schedules.cron import FIELDS
from tasks_app.operations.schedules.dealing import Taking
from tasks_app.operations.schedules.policies import Due
from tasks_app.operations.schedules.rules import fingerprint, rule_of

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
ECHO = {"operation": "workshop.echo", "params": {"text": "hi"}}


def cron(text: str, zone: str = "UTC") -> CrontabSchedule:
    """A cron rule that is not saved."""
    names = [field.name for field in FIELDS]
    fields = dict(zip(names, text.split(), strict=True))
    return CrontabSchedule(**fields, timezone=ZoneInfo(zone))


def every(count: int, period: str = "seconds") -> IntervalSchedule:
    return IntervalSchedule(every=count, period=period)


def plan(rule: Any, **fields: Any) -> PeriodicTask:
    """A plan of ours with the rule, not saved."""
    kinds = {
        CrontabSchedule: "crontab",
        IntervalSchedule: "interval",
        ClockedSchedule: "clocked",
    }
    facts = {"name": "Echo", "task": NAME, "kwargs": json.dumps(ECHO)}
    return PeriodicTask(**{**facts, kinds[type(rule)]: rule, **fields})


def schedule(
    rule: Any,
    *,
    since: datetime,
    missed: str = "once",
    overlap: str = "allow",
    **fields: Any,
) -> Schedule:
    """A schedule whose slots count since then."""
    with transaction.atomic():  # a beat that runs sees both or none
        rule.save()
        made = plan(rule, **fields)
        made.save()
        return Schedule.objects.create(
            plan=made,
            missed=missed,
            overlap=overlap,
            handled_until=since,
            rule=fingerprint(made),
        )


def many(number: int, rule: Any, *, since: datetime, **policies: str) -> list[Schedule]:
    """So many schedules of one rule, whose slots count since then."""
    rule.save()
    names = [f"Of many {rule.pk}/{each}" for each in range(number)]
    plans = PeriodicTask.objects.bulk_create(plan(rule, name=name) for name in names)
    mark = fingerprint(plans[0])
    facts: dict[str, Any] = {"handled_until": since, "rule": mark, **policies}
    return Schedule.objects.bulk_create(Schedule(plan=each, **facts) for each in plans)


def deal(seen: Schedule, slots: list[datetime]) -> bool:
    """Let a beat that read the schedule before deal with these slots."""
    taking = Taking(
        schedule=seen.pk,
        name=str(seen),
        rule=rule_of(seen.plan),
        known=seen.handled_until or slots[0],
        due=Due(slots),
        missed=seen.missed,
    )
    return dealing.deal([taking], now=slots[-1])[seen.pk]


def utc(text: str) -> datetime:
    """A moment in UTC, from `2026-03-29 01:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str, *, fold: int = 0) -> datetime:
    """The moment at which a clock in `zone` shows that."""
    here = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return here.astimezone(UTC)


def walk(begin: datetime, end: datetime, *, seconds: float = 60) -> Iterator[datetime]:
    """Let a beat look every so many seconds, from `begin` to `end`."""
    now = begin
    while now <= end:
        turn(now)
        yield now
        now += timedelta(seconds=seconds)


def live(begin: datetime, end: datetime, *, seconds: float = 60) -> None:
    """Walk through that time."""
    for _ in walk(begin, end, seconds=seconds):
        pass


def slots(schedule: Schedule, outcome: str = "submitted") -> list[datetime]:
    """The slots with that outcome, oldest first."""
    runs = schedule.runs.filter(outcome=outcome, is_manual=False).order_by("slot")
    return list(runs.values_list("slot", flat=True))


def in_words(moments: Sequence[datetime], zone: str = "UTC") -> list[str]:
    """The moments as a clock in `zone` shows them, with their distance from UTC."""
    return [f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M%z}" for at in moments]


def forget_zone(made: Schedule) -> None:
    """Let its time zone be one that this machine does not know any more."""
    table = CrontabSchedule._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET timezone = 'Europe/Atlantis' WHERE id = %s",  # noqa: S608
            [made.plan.crontab_id],
        )


def tasks() -> int:
    return Task.objects.filter(source="schedule").count()
