"""What a plan asks for, and the task that comes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tasks_app.errors import InvalidInputError
from tasks_app.events import Origin, Source
from tasks_app.operations.batches import prepared
from tasks_app.operations.submission import submit

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_celery_beat.models import PeriodicTask

    from tasks_app.models import Task

BEAT: Final = Origin(actor="schedule", source=Source.SCHEDULE)
ASKED: Final = "The plan must hold {“operation”: …, “params”: {…}}."


def asked(plan: PeriodicTask) -> dict[str, Any]:
    """Return operation and parameters; raises InvalidInputError."""
    try:
        known = json.loads(plan.kwargs or "{}")
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict) or not isinstance(known.get("operation"), str):
        raise InvalidInputError({"operation": [ASKED]})
    return {"operation": known["operation"], "params": known.get("params") or {}}


def row_of(plan: PeriodicTask) -> dict[str, Any]:
    """Return the columns of the task that a beat submits; raises InvalidInputError."""
    return prepared(asked(plan), owner=None)


def submit_for(
    plan: PeriodicTask,
    *,
    owner: User | None = None,
    origin: Origin = BEAT,
    key: str | None = None,
) -> Task:
    """Submit what the plan asks for, once for each key; raises InvalidInputError."""
    return submit(**asked(plan), owner=owner, origin=origin, idempotency_key=key)
