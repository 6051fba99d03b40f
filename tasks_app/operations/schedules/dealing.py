"""Deals with the slots of a schedule: rows and tasks come to be together or not at all.

Whoever moves `handled_until` deals with what it passes; every other beat finds that it
has moved, and does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django_celery_beat.models import PeriodicTask

from tasks_app.errors import InvalidInputError
from tasks_app.events import Origin, Source
from tasks_app.models import Schedule, ScheduleRun, Task
from tasks_app.models.schedule import Outcome, Overlap
from tasks_app.operations.submission import submit

from .policies import Decision, Due, decide

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_WAITING: Final = 100
BEAT: Final = Origin(actor="schedule", source=Source.SCHEDULE)
ASKED: Final = "The plan must hold {“operation”: …, “params”: {…}}."


@dataclass
class Room:
    """What the policy for overlaps lets in; asks only what it needs to know."""

    schedule: Schedule
    is_busy: bool = False
    waiting: int = 0

    def __post_init__(self) -> None:
        if self.schedule.overlap != Overlap.ALLOW:
            self.is_busy = self.schedule.runs.unfinished().exists()
        if self.schedule.overlap == Overlap.QUEUE:
            self.waiting = self.schedule.runs.waiting().count()

    def outcome(self) -> tuple[str, str]:
        """Return what becomes of the next slot, and what is to be said of it."""
        if self.schedule.overlap == Overlap.ALLOW or not (self.is_busy or self.waiting):
            return Outcome.SUBMITTED, ""
        if self.schedule.overlap == Overlap.SKIP:
            return Outcome.OVERLAPPED, "The task before had not ended."
        if self.waiting >= MOST_WAITING:
            text = f"{MOST_WAITING} slots wait already."
            return Outcome.OVERLAPPED, text
        self.waiting += 1
        return Outcome.WAITING, ""


def deal(schedule: Schedule, due: Due, *, now: datetime) -> bool:
    """Deal with what is due; False when another beat was faster."""
    with transaction.atomic():
        unmoved = Schedule.objects.filter(
            pk=schedule.pk, handled_until=schedule.handled_until
        )
        if not unmoved.update(handled_until=due.until):
            return False
        if not _is_on_still(schedule):
            return False
        # The clock may have been set back: a slot that has a row was dealt with.
        known = schedule.runs.filter(is_manual=False, slot__in=due.slots)
        taken = set(known.values_list("slot", flat=True))
        decisions = decide(due, now=now, missed=schedule.missed)
        new = [each for each in decisions if each.slot not in taken]
        ScheduleRun.objects.bulk_create(_runs(schedule, new, now))
    schedule.handled_until = due.until
    return True


def _is_on_still(schedule: Schedule) -> bool:
    """Read what is submitted, and how, as it is now: people change it meanwhile."""
    schedule.refresh_from_db(fields=["overlap"])
    schedule.plan.refresh_from_db(fields=["enabled", "kwargs", "one_off"])
    return bool(schedule.plan.enabled)


def _runs(
    schedule: Schedule, decisions: Sequence[Decision], now: datetime
) -> list[ScheduleRun]:
    room, runs = Room(schedule), []
    for decision in decisions:
        run = ScheduleRun(schedule=schedule, slot=decision.slot, noted_at=now)
        if decision.is_submitted:
            run.outcome, run.message = room.outcome()
            fulfil(run)
            room.is_busy = room.is_busy or run.task is not None
        else:
            run.outcome, run.message = Outcome.MISSED, decision.message
        runs.append(run)
        if decision.is_submitted and schedule.plan.one_off:
            turn_off(schedule)
            break
    return runs


def fulfil(run: ScheduleRun) -> None:
    """Submit the task of a run that is to have one, or say why that cannot be."""
    if run.outcome != Outcome.SUBMITTED:
        return
    try:
        run.task = submit_for(run.schedule.plan, owner=None, origin=BEAT)
    except InvalidInputError as error:
        run.outcome, run.message = Outcome.REFUSED, str(error)[:500]


def submit_for(plan: PeriodicTask, *, owner: User | None, origin: Origin) -> Task:
    """Submit what the plan asks for; raises InvalidInputError."""
    operation, params = asked(plan)
    return submit(operation=operation, owner=owner, params=params, origin=origin)


def asked(plan: PeriodicTask) -> tuple[str, dict[str, Any]]:
    """Return operation and parameters; raises InvalidInputError."""
    try:
        known = json.loads(plan.kwargs or "{}")
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict) or not isinstance(known.get("operation"), str):
        raise InvalidInputError({"operation": [ASKED]})
    return known["operation"], known.get("params") or {}


def turn_off(schedule: Schedule) -> None:
    """Let no slot count any more; those that wait are left out."""
    PeriodicTask.objects.filter(pk=schedule.plan_id).update(enabled=False)
    Schedule.objects.filter(pk=schedule.pk).update(handled_until=None)
    schedule.runs.waiting().update(
        outcome=Outcome.OVERLAPPED, message="The schedule was turned off meanwhile."
    )
