"""The schedules of the database, and a sign that they are looked at."""

from __future__ import annotations

from django.conf import settings
from django_celery_beat.schedulers import DatabaseScheduler


class Scheduler(DatabaseScheduler):
    """Touches `DATA_DIR/beat` after each look at the schedules.

    Nobody can ask the beat anything. A process that hangs on the database or the broker
    still lives, but the file of a beat that works is never older than a few seconds:
    `CELERY_BEAT_MAX_LOOP_INTERVAL`, and however long one look takes.
    """

    def tick(self) -> float:
        """Submit what is due; return the seconds until the next look."""
        seconds: float = super().tick()
        (settings.DATA_DIR / "beat").touch()
        return seconds
