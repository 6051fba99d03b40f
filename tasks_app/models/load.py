"""What is going on just now, from the tasks themselves; bounded, however many wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Count, F, Min, Q, When
from django.utils import timezone

from tasks_app.statuses import Status

from .task import Task

MOST: Final = 10_000  # waiting tasks that are looked at


@dataclass(frozen=True, slots=True)
class Load:
    """How many run and wait; `queued` is at least so many unless `is_exact`."""

    running: int
    queued: int
    is_exact: bool
    oldest: datetime | None  # since when the one waits that waits longest

    @property
    def waits(self) -> timedelta | None:
        """How long the one has waited that waits longest and could begin."""
        return None if self.oldest is None else timezone.now() - self.oldest


def load(*, operation: str = "") -> Load:
    """Return what runs and waits now, of one operation or all."""
    tasks = Task.objects.filter(operation=operation) if operation else Task.objects
    running = tasks.filter(status=Status.PROCESSING).count()
    since = Case(
        When(not_before__gt=F("status_updated_at"), then="not_before"),
        default="status_updated_at",
    )
    waiting = tasks.filter(status=Status.PENDING).annotate(since=since)
    waiting = waiting.order_by() if operation else waiting.order_by("created_at")
    found = waiting.values("pk", "since")[: MOST + 1].aggregate(
        queued=Count("pk"), oldest=Min("since", filter=Q(since__lte=timezone.now()))
    )
    queued = min(found["queued"], MOST)
    return Load(running, queued, found["queued"] <= MOST, found["oldest"])
