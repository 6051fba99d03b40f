"""The beat: our schedules by `operations.schedules`, those of others as Celery does."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django_celery_beat.schedulers import DatabaseScheduler

from tasks_app.operations.schedules import NAME, Beating

logger = logging.getLogger(__name__)


class Scheduler(DatabaseScheduler):
    """Touches `DATA_DIR/beat` after each look at the schedules.

    Nobody can ask the beat anything. A process that hangs on the database still lives,
    but the file of a beat that works is never older than a few seconds:
    `CELERY_BEAT_MAX_LOOP_INTERVAL`, and however long one look takes.

    What Celery itself sends needs the broker, and waits for it in a thread of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._syncing = threading.RLock()
        _keep_connections()
        super().__init__(*args, **kwargs)
        self._beating = Beating()
        self._others = threading.Thread()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Submit what is due; return the seconds until the next look."""
        if not self._others.is_alive():
            self._others = threading.Thread(target=self._tick_for_others, daemon=True)
            self._others.start()
        seconds = self._look(self._beating.tick)
        if seconds is None:
            return float(self.max_interval)
        (settings.DATA_DIR / "beat").touch()
        return min(seconds, float(self.max_interval))

    def enabled_models_qs(self) -> Any:
        """Return what Celery decides about: all but what is ours."""
        return super().enabled_models_qs().exclude(task=NAME)

    def sync(self) -> None:
        """Save when others ran; asked for by both threads."""
        with self._syncing:
            super().sync()

    def _tick_for_others(self) -> None:
        tick = super().tick
        while True:
            seconds = self._look(tick)
            # Celery says less than nothing when something is overdue.
            time.sleep(max(0.0, self.max_interval if seconds is None else seconds))

    def _look(self, tick: Any) -> float | None:
        """Return what `tick` does; None while the database is away."""
        try:
            return float(tick())
        except DatabaseError as error:
            logger.warning("The beat could not look at the schedules: %s", error)
            close_old_connections()
            return None


def _keep_connections() -> None:
    """Let connections last: Celery's scheduler would open a new one at each look."""
    if not connection.settings_dict.get("OPTIONS", {}).get("pool"):
        connection.settings_dict["CONN_MAX_AGE"] = None
