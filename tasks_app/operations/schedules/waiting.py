"""Slots that wait for the task of an earlier one, and go when it is final."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from tasks_app.errors import InvalidInputError
from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.schedule import Outcome

from .wanted import submit_for

logger = logging.getLogger(__name__)


def let_in() -> None:
    """Submit the oldest waiting slot of each schedule that has room again."""
    busy = ScheduleRun.objects.unfinished().order_by().values("schedule")
    waiting = ScheduleRun.objects.waiting().exclude(schedule__in=busy).order_by()
    for pk in waiting.values_list("schedule", flat=True).distinct():
        try:
            _let_in(pk)
        except (InterfaceError, OperationalError):
            raise  # the database is away for all of them
        except Exception:  # one schedule never stops the others
            logger.exception("The schedule %s could not let a slot in.", pk)


def _let_in(pk: int) -> None:
    with transaction.atomic():
        schedule = Schedule.objects.select_for_update().filter(pk=pk).first()
        if schedule is None or schedule.runs.unfinished().exists():
            return
        run = schedule.runs.waiting().select_related("schedule__plan").first()
        if run is None:  # another beat was faster
            return
        run.outcome, run.noted_at = Outcome.SUBMITTED, DatabaseNow()
        try:
            run.task = submit_for(run.schedule.plan)
        except InvalidInputError as error:
            run.outcome, run.message = Outcome.REFUSED, str(error)[:500]
        run.save(update_fields=["outcome", "noted_at", "message", "task"])
