"""Why a task waits: facts, for the API as they are and for the pages to put into words.

Bounded: a million tasks in front of it cost what a few thousand do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone

from tasks_app.statuses import Status

from .clock import DatabaseNow
from .task import Task
from .wire import iso, question_wire
from .worker import Worker

MOST: Final = 1_000  # tasks in front of it that are counted
LOOKED_AT: Final = 2_000  # tasks of other queues that are passed over for that
RECENT: Final = timedelta(minutes=5)  # whose starts say how fast the queue moves
ENOUGH: Final = 5  # starts that say how fast, however short the span
CHANGES: Final = 500  # of the newest, among which those starts are looked for


class Reason(StrEnum):
    """What must happen before the task goes on."""

    PAUSED = "paused"  # somebody resumes it
    QUESTION = "question"  # somebody answers what it asked
    DELAYED = "delayed"  # the moment comes at which it may start
    NEXT_ATTEMPT = "next_attempt"  # the same, after an attempt that failed
    REPORTER = "reporter"  # a program outside takes it
    NO_WORKER = "no_worker"  # a worker that reads its queue is started
    UNSENT = "unsent"  # the broker is told of it
    QUEUED = "queued"  # those in front of it start


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a task waits. What a reason does not need is None, or empty."""

    reason: Reason
    since: datetime
    until: datetime | None = None
    by: str = ""  # who paused it
    ahead: int | None = None  # in its queue; not exact: at least so many
    is_exact: bool = True
    starts_in: float | None = None  # seconds, a guess from how the queue moved

    def wire(self) -> dict[str, Any]:
        """Return it as the API tells it."""
        starts_in = None if self.starts_in is None else round(self.starts_in)
        return {
            "reason": self.reason.value,
            "since": iso(self.since),
            "until": iso(self.until),
            "by": self.by,
            "ahead": self.ahead,
            "ahead_is_exact": self.is_exact,
            "starts_in": starts_in,
        }


def waiting(task: Task) -> Waiting | None:
    """Return why `task` waits; None when it runs or has ended."""
    since = task.status_updated_at
    if question_wire(task) is not None:
        return Waiting(Reason.QUESTION, since)
    if task.status == Status.PAUSED:
        return Waiting(Reason.PAUSED, since, by=_paused_by(task))
    if task.status != Status.PENDING:
        return None
    if task.not_before is not None and task.not_before > timezone.now():
        reason = Reason.NEXT_ATTEMPT if task.error_message else Reason.DELAYED
        return Waiting(reason, since, until=task.not_before)
    if task.external:
        return Waiting(Reason.REPORTER, since)
    if task.queue not in Worker.objects.served_queues():
        return Waiting(Reason.NO_WORKER, since)
    if task.published_at is None:
        return Waiting(Reason.UNSENT, since)
    return _queued(task)


def _paused_by(task: Task) -> str:
    """Return who asked for the pause; a worker that obeyed is not who asked."""
    asked = task.events.filter(data__action="pause").order_by("-version")
    return asked.values_list("actor", flat=True).first() or ""


def _queued(task: Task) -> Waiting:
    ahead, is_exact = _ahead(task)
    rate = _starts_per_second(task.queue)
    return Waiting(
        Reason.QUEUED,
        task.status_updated_at,
        ahead=ahead,
        is_exact=is_exact,
        starts_in=(ahead + 1) / rate if rate else None,
    )


def _ahead(task: Task) -> tuple[int, bool]:
    """Return how many are in front of it, and whether that is all of them.

    Two ranges of the index `t_pending`, each read to a bound, and not one with an `OR`,
    which would be read to its end.
    """
    urgent = Q(priority__gt=task.priority)
    older = Q(priority=task.priority, created_at__lt=task.created_at)
    count, is_exact = 0, True
    for part in (urgent, older):
        looked_at, found = _counted(task, part)
        count += found
        is_exact = is_exact and looked_at <= LOOKED_AT
    return min(count, MOST), is_exact and count <= MOST


def _counted(task: Task, part: Q) -> tuple[int, int]:
    """Return how many rows were read, and how many of them wait in its queue."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=DatabaseNow())
    rows = Task.objects.filter(
        part,
        status=Status.PENDING,
        external__in=[False],  # SQLite finds no index for a NOT
    )
    read = rows.order_by("-priority", "created_at")[: LOOKED_AT + 1]
    counts = read.aggregate(
        looked_at=Count("pk"), found=Count("pk", filter=due & Q(queue=task.queue))
    )
    return counts["looked_at"], counts["found"]


def _starts_per_second(queue: str) -> float:
    """Return how fast tasks of `queue` started in the last minutes; 0.0 for unknown.

    Read from the newest changes of status, by the index `t_changed`: in a rush they
    reach less far back, and the span is shorter.
    """
    now = timezone.now()
    since = now - RECENT
    changed = Task.objects.filter(status_updated_at__gte=since)
    newest = changed.order_by("-status_updated_at", "-id")[:CHANGES]
    rows = list(newest.values_list("queue", "started_at", "status_updated_at"))
    if len(rows) == CHANGES:
        since = rows[-1][2]
    starts = [at for name, at, _ in rows if name == queue and at and at >= since]
    if len(starts) >= ENOUGH:  # it may have begun to move just now
        since = min(starts)
    return len(starts) / max(1.0, (now - since).total_seconds())
