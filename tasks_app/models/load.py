"""What is going on just now, at a cost that does not grow with how many tasks wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, F, Min, Q, When
from django.utils import timezone

from tasks_app.statuses import Status

from .counts import counts
from .task import Task

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from .queries import TaskQuerySet

MOST: Final = 10_000  # waiting tasks among which the oldest is looked for


@dataclass(frozen=True, slots=True)
class Load:
    """How many tasks run and wait, and since when the one that waits longest."""

    running: int
    queued: int
    oldest: datetime | None

    @property
    def waits(self) -> timedelta | None:
        """How long the one has waited that waits longest and could begin."""
        return None if self.oldest is None else timezone.now() - self.oldest


def load(user: User | AnonymousUser, *, operation: str = "") -> Load:
    """Return what runs and waits of what `user` may see, of one operation or all."""
    by_status = counts(user, operation=[operation] if operation else []).by_status
    queued = by_status.get(Status.PENDING, 0)
    seen = Task.objects.visible_to(user)
    oldest = oldest_waiting(seen, operation=operation) if queued else None
    return Load(by_status.get(Status.PROCESSING, 0), queued, oldest)


def oldest_waiting(tasks: TaskQuerySet, *, operation: str = "") -> datetime | None:
    """Return since when the one of `tasks` waits that waits longest and could begin."""
    since = Case(
        When(not_before__gt=F("status_updated_at"), then="not_before"),
        default="status_updated_at",
    )
    waiting = tasks.filter(status=Status.PENDING)
    if operation:  # an index finds them, which has another order
        waiting = waiting.filter(operation=operation).order_by()
    else:
        waiting = waiting.order_by("created_at")
    begun: Any = waiting.annotate(since=since).values("pk", "since")
    found = begun[:MOST].aggregate(
        oldest=Min("since", filter=Q(since__lte=timezone.now()))
    )
    oldest: datetime | None = found["oldest"]
    return oldest
