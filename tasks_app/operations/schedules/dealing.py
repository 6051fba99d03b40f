"""Deals with the slots of schedules: rows and tasks come to be together or not at all.

Whoever moves `handled_until` deals with what it passes; every other beat finds that it
has moved, and does nothing. Many schedules are due at the same moment, so they are
dealt with in one transaction; what cannot be written with them is tried alone.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django_celery_beat.models import PeriodicTask

from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.schedule import Outcome
from tasks_app.operations.batches import submit_prepared

from .policies import Decision, Due, decide
from .rooms import Room, rooms
from .rules import Rule
from .wanted import BEAT, row_of

logger = logging.getLogger(__name__)

MOST_SLOTS: Final = 200  # in one transaction; a schedule is never divided
FAILED: Final = "The schedule “%s” could not be dealt with."


@dataclass(frozen=True, slots=True)
class Taking:
    """A schedule that is due: what slots there are, since it was known to be at."""

    schedule: int
    name: str
    rule: Rule
    known: datetime  # where `handled_until` stands
    due: Due
    missed: str


@dataclass(slots=True)
class Work:
    """What is to be written for one schedule."""

    taking: Taking
    schedule: Schedule
    runs: list[ScheduleRun] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)  # of those submitted
    is_over: bool = False
    is_failed: bool = False  # so that nothing is written of it


def deal_with(
    takings: Sequence[Taking], *, now: datetime
) -> Iterator[tuple[Taking, bool]]:
    """Yield each with whether we dealt with it, and no other beat; none that failed."""
    for portion in _portions(takings):
        try:
            ours = deal(portion, now=now)
        except (InterfaceError, OperationalError):
            raise  # the database is away for all of them
        except Exception:  # one schedule never stops the others
            if len(portion) == 1:
                logger.exception(FAILED, portion[0].name)
                continue
            for taking in portion:
                yield from deal_with([taking], now=now)
            continue
        for taking in portion:
            if taking.schedule in ours:
                yield taking, ours[taking.schedule]


def deal(takings: Sequence[Taking], *, now: datetime) -> dict[int, bool]:
    """Deal with all in one transaction; return those that did not fail, by id.

    False is where another beat was faster, or somebody turned it off or changed it.
    """
    dealt = {taking.schedule: False for taking in takings}
    with transaction.atomic():
        works = _held(takings)
        _decide(works, now)
        for work in works:
            if work.is_failed:
                del dealt[work.schedule.pk]
        sound = [work for work in works if not work.is_failed]
        _write(sound)
    return dealt | {work.schedule.pk: True for work in sound}


def turn_off(schedule: Schedule) -> None:
    """Let no slot count any more; those that wait are left out."""
    PeriodicTask.objects.filter(pk=schedule.plan_id).update(enabled=False)
    Schedule.objects.filter(pk=schedule.pk).update(handled_until=None)
    schedule.runs.waiting().update(
        outcome=Outcome.OVERLAPPED, message="The schedule was turned off meanwhile."
    )


def _held(takings: Sequence[Taking]) -> list[Work]:
    """Lock what nobody dealt with meanwhile, and read it as people have it now.

    In the order of their ids, so that of two beats none waits for the other in turn.
    """
    asked = {taking.schedule: taking for taking in takings}
    rows = Schedule.objects.select_for_update().filter(pk__in=asked).order_by("pk")
    ours = [
        pk
        for pk, known in rows.values_list("pk", "handled_until")
        if known == asked[pk].known
    ]
    # Asked for once more, since who held the lock before may have changed the plan.
    fresh = Schedule.objects.filter(pk__in=ours, plan__enabled=True)
    columns = ("overlap", "plan__kwargs", "plan__one_off")
    found = fresh.select_related("plan").only(*columns).order_by("pk")
    return [Work(asked[each.pk], each) for each in found]


def _decide(works: Sequence[Work], now: datetime) -> None:
    """Work out what is to be written, before anything is."""
    taken = _taken(works)
    room = rooms(work.schedule for work in works)
    for work in works:
        decisions = decide(work.taking.due, now=now, missed=work.taking.missed)
        # The clock may have been set back: a slot that has a row was dealt with.
        new = [x for x in decisions if (work.schedule.pk, x.slot) not in taken]
        try:
            for decision in new:
                _note(work, decision, room[work.schedule.pk], now)
        except Exception:  # one schedule never stops the others
            work.is_failed = True
            logger.exception(FAILED, work.taking.name)


def _taken(works: Sequence[Work]) -> set[tuple[int, datetime]]:
    """Return the slots that have a row already."""
    slots = {slot for work in works for slot in work.taking.due.slots}
    ours = [work.schedule.pk for work in works]
    known = ScheduleRun.objects.filter(schedule__in=ours, slot__in=slots)
    rows = known.filter(is_manual=False).order_by()
    return set(rows.values_list("schedule", "slot"))


def _note(work: Work, decision: Decision, room: Room, now: datetime) -> None:
    """Note what becomes of a slot; a plan for one slot is over with the first."""
    if work.is_over:
        return
    run = ScheduleRun(schedule=work.schedule, slot=decision.slot, noted_at=now)
    work.runs.append(run)
    if not decision.is_submitted:
        run.outcome, run.message = Outcome.MISSED, decision.message
        return
    work.is_over = work.schedule.plan.one_off
    run.outcome, run.message = room.take()
    if run.outcome != Outcome.SUBMITTED:
        return
    try:
        work.rows.append(row_of(work.schedule.plan))
    except InvalidInputError as error:
        run.outcome, run.message = Outcome.REFUSED, str(error)[:500]
    else:
        room.is_busy = True


def _write(works: Sequence[Work]) -> None:
    ends: dict[datetime, list[int]] = defaultdict(list)
    for work in works:
        ends[work.taking.due.until].append(work.schedule.pk)
    for until, ours in ends.items():
        Schedule.objects.filter(pk__in=ours).update(handled_until=until)
    rows = [row for work in works for row in work.rows]
    tasks = iter(submit_prepared(rows, origin=BEAT))
    for work in works:
        for run in work.runs:
            run.task = next(tasks) if run.outcome == Outcome.SUBMITTED else None
        if work.is_over:
            turn_off(work.schedule)
    ScheduleRun.objects.bulk_create(run for work in works for run in work.runs)


def _portions(takings: Sequence[Taking]) -> Iterator[list[Taking]]:
    portion: list[Taking] = []
    slots = 0
    for taking in takings:
        if portion and slots + len(taking.due.slots) > MOST_SLOTS:
            yield portion
            portion, slots = [], 0
        portion.append(taking)
        slots += len(taking.due.slots)
    if portion:
        yield portion
