"""Slots that wait for the task of an earlier one, and go when it is final."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from tasks_app.models import Schedule, ScheduleRun
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.schedule import Outcome

from .dealing import fulfil

logger = logging.getLogger(__name__)


def let_in() -> None:
    """Submit the oldest waiting slot of each schedule that has room again."""
    waiting = ScheduleRun.objects.waiting().order_by().values_list("schedule")
    for (pk,) in waiting.distinct():
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
        fulfil(run)
        run.save(update_fields=["outcome", "noted_at", "message", "task"])
