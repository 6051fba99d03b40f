"""Reads schedules although somebody else wrote some of them."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_celery_beat.models import PeriodicTask

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


def readable(rows: QuerySet[Row]) -> list[Row]:
    """Return the rows without those that cannot be read, which are told to the log.

    The database gives none of them when one has a time zone that nobody knows any more.
    """
    try:
        return list(rows)
    except ValidationError:
        found = (_one(rows, pk) for pk in list(rows.values_list("pk", flat=True)))
        return [row for row in found if row is not None]


def asked_of(plan: PeriodicTask) -> dict[str, Any]:
    """Return the arguments of what the plan submits; nothing of what cannot be read."""
    try:
        found = json.loads(plan.kwargs or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _one(rows: QuerySet[Row], pk: Any) -> Row | None:
    try:
        return rows.filter(pk=pk).first()
    except ValidationError as error:
        logger.error("The schedule %s cannot be read: %s", pk, error)
        return None
