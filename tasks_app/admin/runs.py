"""The last runs of an operation: how they ended and how long they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from tasks_app.models import Task
from tasks_app.statuses import Status

from .words import lasting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

MOST: Final = 10
LOOKED_AT: Final = 200  # of its newest tasks; the others may still wait
HEIGHT: Final = 32  # of the bars, in units of their SVG
STEP: Final = 12  # from one bar to the next


@dataclass(frozen=True, slots=True)
class Run:
    """A run, and its bar."""

    pk: UUID
    title: str
    status: str
    started_at: datetime
    span: timedelta | None  # None: it has not ended
    is_this: bool
    left: int
    height: int

    @property
    def label(self) -> str:
        return str(Status(self.status).label)

    @property
    def took(self) -> str:
        """How long it took, in words; what it does where it has not ended."""
        if self.span is not None:
            return lasting(self.span)
        is_running = self.status == Status.PROCESSING
        return "running" if is_running else self.label.lower()

    @property
    def top(self) -> int:
        """Where the bar begins."""
        return HEIGHT - self.height


def runs_like(task: Task, user: User | AnonymousUser) -> list[Run]:
    """Return the last runs of the task's operation that `user` may see, newest first.

    Bounded: of a million tasks that wait it passes over a few.
    """
    rows = Task.objects.visible_to(user).filter(operation=task.operation)
    columns = ("pk", "title", "status", "started_at", "finished_at")
    newest = rows.order_by("-created_at", "-id").values(*columns)[:LOOKED_AT]
    begun = [row for row in newest if row["started_at"] is not None][:MOST]
    spans = [_span(row) for row in begun]
    longest = max((span for span in spans if span), default=timedelta(0))
    return [
        Run(
            **{name: row[name] for name in ("pk", "title", "status", "started_at")},
            span=span,
            is_this=row["pk"] == task.pk,
            left=(len(begun) - 1 - place) * STEP,  # the newest is on the right
            height=_height(span, longest),
        )
        for place, (row, span) in enumerate(zip(begun, spans, strict=True))
    ]


def _span(row: dict[str, Any]) -> timedelta | None:
    ended: datetime | None = row["finished_at"]
    return ended - row["started_at"] if ended else None


def _height(span: timedelta | None, longest: timedelta) -> int:
    if span is None or not longest:
        return 2
    return max(2, round(span / longest * HEIGHT))
