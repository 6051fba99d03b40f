"""What a plan asks for, in words and in the types of the pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tasks_app.operations import registry

if TYPE_CHECKING:
    from datetime import tzinfo

    from django_celery_beat.models import PeriodicTask

    from tasks_app.operations.registry import Operation


def asked(plan: PeriodicTask) -> dict[str, Any]:
    """Return the arguments of what the plan submits; nothing of what cannot be read."""
    try:
        found = json.loads(plan.kwargs or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def operation_of(plan: PeriodicTask) -> Operation | None:
    """Return the operation, None when this installation lost it."""
    return registry.lookup(str(asked(plan).get("operation", "")))


def operation_title(plan: PeriodicTask) -> str:
    """Return the title of the operation; its name when this installation lost it."""
    kind = operation_of(plan)
    return kind.title if kind else str(asked(plan).get("operation") or plan.task)


def params_of(plan: PeriodicTask) -> dict[str, Any]:
    """Return the parameters that each task gets."""
    found = asked(plan).get("params")
    return found if isinstance(found, dict) else {}


def zone_of(plan: PeriodicTask) -> tzinfo:
    """Return the time zone of the rule; that of the site where the rule has none."""
    if plan.crontab is not None:
        zone: tzinfo = plan.crontab.timezone
        return zone
    return timezone.get_current_timezone()
