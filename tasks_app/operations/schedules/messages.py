"""What beats of others, and messages of earlier releases, call to submit a task.

Our own beat submits by itself, see `turn`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from celery import shared_task
from django.utils import timezone

from tasks_app.events import Origin, Source
from tasks_app.operations.submission import submit


@shared_task(name="tasks_app.submit_scheduled")
def submit_scheduled(operation: str, params: dict[str, Any] | None = None) -> None:
    """Submit `operation` unless that was done in this minute; nobody owns the task."""
    asked = json.dumps([operation, params or {}], sort_keys=True)
    minute = timezone.now().strftime("%Y-%m-%dT%H:%MZ")
    submit(
        operation=operation,
        owner=None,
        params=params,
        origin=Origin(actor="schedule", source=Source.SCHEDULE),
        idempotency_key=f"{minute} {hashlib.sha256(asked.encode()).hexdigest()}",
    )
