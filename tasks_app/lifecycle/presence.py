"""The rows of the workers: each writes its own, to say that it is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tasks_app.models import Worker
from tasks_app.models.clock import DatabaseNow

FORGOTTEN: Final = timedelta(days=1)


def note_worker(
    *, name: str, queues: Sequence[str], slots: int, up_seconds: float = 0.0
) -> None:
    """Say that the worker is there, has been for `up_seconds`, and what it reads."""
    facts = {"queues": list(queues), "slots": slots, "seen_at": DatabaseNow()}
    if Worker.objects.filter(name=name).update(**facts):
        return
    since = DatabaseNow() - timedelta(seconds=up_seconds)
    Worker.objects.create(name=name, started_at=since, **facts)
    Worker.objects.filter(seen_at__lte=DatabaseNow() - FORGOTTEN).delete()


def drop_worker(*, name: str) -> None:
    """Say that the worker takes no more tasks."""
    Worker.objects.filter(name=name).delete()
