"""One look at all schedules: what is due is dealt with, and the next slot is told.

It asks only the database. A broker that is away holds nothing up: messages are the
business of the publisher and the keeper.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django_celery_beat.models import PeriodicTask

from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.schedule import Outcome

from .dealing import deal, turn_off
from .messages import submit_scheduled
from .policies import due
from .reading import readable
from .rules import fingerprint, first_after, rule_of
from .waiting import let_in

logger = logging.getLogger(__name__)

NAME: Final[str] = submit_scheduled.name  # what the plans of ours ask Celery for
KINDS: Final = ("crontab", "interval", "clocked", "solar", "schedule_of_tasks")
AHEAD: Final = timedelta(hours=2)  # by which a clock may be set back; more is a mistake


def turn(now: datetime | None = None) -> float:
    """Submit what is due; return the seconds until the next slot, 0 when some are left.

    Any number of beats may do this at once. `now` is the database's clock.
    """
    began = time.monotonic()
    soonest = min(_looks(_plans(), now), default=math.inf)
    let_in()
    return max(0.0, soonest - (time.monotonic() - began))


def _plans() -> list[Any]:
    plans = PeriodicTask.objects.filter(task=NAME).select_related(*KINDS)
    return readable(plans.annotate(clock=DatabaseNow()))


def _looks(plans: Iterable[Any], now: datetime | None) -> Iterable[float]:
    for plan in plans:
        clock: datetime = now or plan.clock
        try:
            slot = _look_at(plan, clock)
        except (InterfaceError, OperationalError):
            raise  # the database is away for all of them
        except Exception:  # one schedule never stops the others
            logger.exception("The schedule “%s” could not be dealt with.", plan.name)
            continue
        if slot is not None:
            yield (slot - clock).total_seconds()


def _look_at(plan: PeriodicTask, now: datetime) -> datetime | None:
    """Deal with what is due; return the next slot."""
    schedule = _schedule(plan)
    if not plan.enabled:
        if schedule.handled_until is not None:
            _end(schedule)
        return None
    start = _start(schedule, now)
    if start is None:
        return None
    rule = rule_of(plan)
    first = first_after(rule, start)
    if first is None:
        _end(schedule)  # it is over
        return None
    if first > now:
        return first
    deal(schedule, due(rule, after=start, now=now, missed=schedule.missed), now=now)
    return first_after(rule, schedule.handled_until or now)


def _schedule(plan: PeriodicTask) -> Schedule:
    schedule: Schedule | None = getattr(plan, "schedule_of_tasks", None)
    if schedule is None:  # somebody made the plan without us
        schedule, _ = Schedule.objects.get_or_create(plan=plan)
    schedule.plan = plan
    return schedule


def _end(schedule: Schedule) -> None:
    """Turn it off, unless somebody changed it since it was read."""
    plan = schedule.plan
    with transaction.atomic():
        same = Schedule.objects.select_for_update(of=("self",)).filter(
            pk=schedule.pk,
            handled_until=schedule.handled_until,
            rule=schedule.rule,
            plan__enabled=plan.enabled,
            plan__expires=plan.expires,
        )
        if same.first() is not None:
            turn_off(schedule)


def _start(schedule: Schedule, now: datetime) -> datetime | None:
    """Return from when on slots count; None while the rule cannot be read."""
    mark, known = fingerprint(schedule.plan), schedule.handled_until
    if known is None or schedule.rule != mark:
        return _begin(schedule, mark, now)
    if known > now + AHEAD:
        text = "“%s” was dealt with until %s: the clock was wrong. It goes on from now."
        logger.warning(text, schedule, known)
        return _begin(schedule, mark, now)
    return None if _complaint(schedule.plan) else known


def _begin(schedule: Schedule, mark: str, now: datetime) -> datetime | None:
    """Let slots count from now on, or from the moment when the rule was changed."""
    known, changed_at = schedule.handled_until, schedule.plan.date_changed
    start = changed_at if known is not None and known < changed_at < now else now
    unmoved = Schedule.objects.filter(pk=schedule.pk, handled_until=known)
    moved = unmoved.filter(rule=schedule.rule).update(handled_until=start, rule=mark)
    text = _complaint(schedule.plan)
    if text and moved:
        ScheduleRun.objects.get_or_create(
            schedule=schedule,
            slot=now,
            is_manual=False,
            defaults={"outcome": Outcome.REFUSED, "message": text, "noted_at": now},
        )
    schedule.handled_until, schedule.rule = start, mark
    return start if moved and not text else None


def _complaint(plan: PeriodicTask) -> str:
    try:
        rule_of(plan)
    except InvalidInputError as error:
        return str(error)[:500]
    return ""
