"""What the beat calls: a schedule submits an ordinary task."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from celery import shared_task
from celery.schedules import ParseException
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from tasks_app.events import Origin, Source

from .submission import submit

if TYPE_CHECKING:
    from django_celery_beat.models import PeriodicTask

# Of a 31st of February, of no kind at all, or of a kind that needs what is not there.
NEVER: Final = (
    RuntimeError,
    ValueError,
    AttributeError,
    ImportError,
    ImproperlyConfigured,
    ParseException,
)


@shared_task(name="tasks_app.submit_scheduled")
def submit_scheduled(operation: str, params: dict[str, Any] | None = None) -> None:
    """Submit `operation`; nobody owns what a schedule submits."""
    origin = Origin(actor="schedule", source=Source.SCHEDULE)
    submit(operation=operation, owner=None, params=params, origin=origin)


def rest_of(plan: PeriodicTask) -> timedelta | None:
    """Return in how long the schedule is due; None for one that nobody can tell of."""
    try:
        rest: timedelta = plan.schedule.remaining_estimate(
            plan.last_run_at or timezone.now()
        )
    except NEVER:
        return None
    return rest
