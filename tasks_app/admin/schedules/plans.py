"""What a plan asks for, in words and in the types of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks_app.operations import registry
from tasks_app.operations.schedules import asked_of

if TYPE_CHECKING:
    from django_celery_beat.models import PeriodicTask

    from tasks_app.operations.registry import Operation


def operation_of(plan: PeriodicTask) -> Operation | None:
    """Return the operation, None when this installation lost it."""
    return registry.lookup(str(asked_of(plan).get("operation", "")))


def operation_title(plan: PeriodicTask) -> str:
    """Return the title of the operation; its name when this installation lost it."""
    kind = operation_of(plan)
    return kind.title if kind else str(asked_of(plan).get("operation") or plan.task)


def params_of(plan: PeriodicTask) -> dict[str, Any]:
    """Return the parameters that each task gets."""
    found = asked_of(plan).get("params")
    return found if isinstance(found, dict) else {}
