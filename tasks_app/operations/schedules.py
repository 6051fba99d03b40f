"""What the beat calls: a schedule submits an ordinary task."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from tasks_app.events import Origin, Source

from .submission import submit


@shared_task(name="tasks_app.submit_scheduled")
def submit_scheduled(operation: str, params: dict[str, Any] | None = None) -> None:
    """Submit `operation`; nobody owns what a schedule submits."""
    origin = Origin(actor="schedule", source=Source.SCHEDULE)
    submit(operation=operation, owner=None, params=params, origin=origin)
