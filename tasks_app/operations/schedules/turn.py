"""One look at all schedules: what is due is dealt with, and the next slot is told.

It asks only the database. A broker that is away holds nothing up: messages are the
business of the publisher and the keeper.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.schedule import Missed, Outcome

from .dealing import Taking, deal_with, turn_off
from .glancing import Glance, glances
from .policies import due
from .rules import Rule, first_after
from .waiting import let_in

logger = logging.getLogger(__name__)

AHEAD: Final = timedelta(hours=2)  # by which a clock may be set back; more is a mistake


def turn(now: datetime | None = None) -> float:
    """Submit what is due; return the seconds until the next slot, 0 when some are left.

    Any number of beats may do this at once. `now` is the database's clock.
    """
    began = time.monotonic()
    soonest = min(_looks(glances(), now), default=math.inf)
    let_in()
    return max(0.0, soonest - (time.monotonic() - began))


def _looks(seen: Iterable[Glance], now: datetime | None) -> Iterator[float]:
    """Look at each, deal with those that are due together, and yield what is next."""
    takings: list[Taking] = []
    clock = now
    for glance in seen:
        clock = now or glance.clock
        try:
            found = look_at(glance, clock)
        except (InterfaceError, OperationalError):
            raise  # the database is away for all of them
        except Exception:  # one schedule never stops the others
            logger.exception("The schedule “%s” could not be dealt with.", glance.name)
            continue
        if isinstance(found, Taking):
            takings.append(found)
        elif found is not None:
            yield (found - clock).total_seconds()
    if clock is not None:
        for slot in _dealt_with(takings, clock):
            yield (slot - clock).total_seconds()


def _dealt_with(takings: list[Taking], now: datetime) -> Iterator[datetime]:
    """Yield the next slot of each; a past one where another beat was faster."""
    for taking, is_ours in deal_with(takings, now=now):
        slot = first_after(taking.rule, taking.due.until if is_ours else taking.known)
        if slot is not None:
            yield slot


def look_at(glance: Glance, now: datetime) -> Taking | datetime | None:
    """Return what is to be dealt with now, else the next slot."""
    if glance.is_lost:
        return None
    if not glance.is_on:
        if glance.handled_until is not None:
            _end(glance)
        return None
    start, rule = _start(glance, now), glance.reading.rule
    if start is None or rule is None:
        return None
    first = first_after(rule, start)
    if first is None:
        _end(glance)  # it is over
        return None
    return first if first > now else _taking(glance, rule, start, now)


def _taking(glance: Glance, rule: Rule, start: datetime, now: datetime) -> Taking:
    missed = glance.missed or Missed.ONCE
    slots = due(rule, after=start, now=now, missed=missed)
    return Taking(
        schedule=_schedule(glance),
        name=glance.name,
        rule=rule,
        known=start,
        due=slots,
        missed=missed,
    )


def _schedule(glance: Glance) -> int:
    if glance.schedule is not None:
        return glance.schedule
    made, _ = Schedule.objects.get_or_create(plan_id=glance.plan)
    return int(made.pk)  # somebody made the plan without us


def _end(glance: Glance) -> None:
    """Turn it off, unless somebody changed it since it was read."""
    same = Schedule.objects.filter(
        plan=glance.plan,
        handled_until=glance.handled_until,
        rule=glance.known or "",
        plan__enabled=glance.is_on,
        plan__expires=glance.expires,
    )
    with transaction.atomic():
        schedule = same.select_for_update(of=("self",)).first()
        # Asked for once more, since who held the lock before may have changed the plan.
        if schedule is not None and same.exists():
            turn_off(schedule)


def _start(glance: Glance, now: datetime) -> datetime | None:
    """Return from when on slots count; None while the rule cannot be read."""
    reading, known = glance.reading, glance.handled_until
    if known is None or glance.known != reading.mark:
        return _begin(glance, now)
    if known > now + AHEAD:
        text = "“%s” was dealt with until %s: the clock was wrong. It goes on from now."
        logger.warning(text, glance.name, known)
        return _begin(glance, now)
    return None if reading.complaint else known


def _begin(glance: Glance, now: datetime) -> datetime | None:
    """Let slots count from now on, or from the moment when the rule was changed."""
    known, changed_at, reading = glance.handled_until, glance.changed_at, glance.reading
    start = now
    if known is not None and changed_at is not None and known < changed_at < now:
        start = changed_at
    schedule = _schedule(glance)
    unmoved = Schedule.objects.filter(pk=schedule, handled_until=known)
    same = unmoved.filter(rule=glance.known or "")
    moved = same.update(handled_until=start, rule=reading.mark)
    if reading.complaint and moved:
        facts = {"message": reading.complaint[:500], "noted_at": now}
        ScheduleRun.objects.get_or_create(
            schedule_id=schedule,
            slot=now,
            is_manual=False,
            defaults={"outcome": Outcome.REFUSED, **facts},
        )
    return start if moved and not reading.complaint else None
