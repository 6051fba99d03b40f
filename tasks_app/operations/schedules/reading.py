"""Reads schedules although somebody else wrote some of them."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import ExpressionWrapper, F, TextField
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from tasks_app.models import Schedule

from .rules import zoned

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
# What reading a row raises that holds something else than its columns may.
DAMAGE: Final = (ValidationError, DataError, ValueError, TypeError)
PARTS: Final = ("plan", "plan__interval", "plan__clocked", "plan__solar")
WHOLE: Final = (*PARTS, "plan__crontab")


def readable(rows: QuerySet[Schedule]) -> list[Schedule]:
    """Return the rows with their plans and rules, in as few queries as there can be.

    The database gives none of them when one has a time zone that nobody knows any more;
    then that zone stays the text it is, of which `rule_of` complains. Only a row that
    cannot be read in any way is left out, and told to the log.
    """
    for read in (_at_once, _without_zones, _one_by_one):
        try:
            return read(rows)
        except DAMAGE:
            continue
    return []


def plan_of(pk: int) -> PeriodicTask:
    """Return the plan with its rule; raises PeriodicTask.DoesNotExist."""
    found = readable(Schedule.objects.filter(plan=pk))
    if not found:
        raise PeriodicTask.DoesNotExist
    plan: PeriodicTask = found[0].plan
    return plan


def asked_of(plan: PeriodicTask) -> dict[str, Any]:
    """Return the arguments of what the plan submits; nothing of what cannot be read."""
    try:
        found = json.loads(plan.kwargs or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _at_once(rows: QuerySet[Schedule]) -> list[Schedule]:
    return list(rows.select_related(*WHOLE))


def _without_zones(rows: QuerySet[Schedule]) -> list[Schedule]:
    found = list(rows.select_related(None).select_related(*PARTS))
    zone = ExpressionWrapper(F("timezone"), output_field=TextField())
    bare = CrontabSchedule.objects.defer("timezone").annotate(zone=zone)
    crontabs = bare.in_bulk({each.plan.crontab_id for each in found} - {None})
    for schedule in found:
        crontab = crontabs.get(schedule.plan.crontab_id)
        if crontab is not None:
            zoned(crontab, crontab.zone)
        schedule.plan.crontab = crontab
    return found


def _one_by_one(rows: QuerySet[Schedule]) -> list[Schedule]:
    found = []
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            found += _without_zones(Schedule.objects.filter(pk=pk))
        except DAMAGE as error:
            logger.error("The schedule %s cannot be read: %s", pk, error)
    return found
