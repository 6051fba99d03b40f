"""Keeps the leases of this process, from a thread, while operations compute.

One thread for all attempts of the process, started with the first: a task that ends at
once costs no heartbeat and no connection.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from django.db import close_old_connections, connection

from tasks_app.process import PerProcess

if TYPE_CHECKING:
    from .context import Context

logger = logging.getLogger(__name__)

TICK: Final = 0.25  # seconds between two looks at the attempts


class Heartbeat:
    """Beats for every watched context until it is forgotten."""

    def __init__(self) -> None:
        self._contexts: set[Context] = set()
        self._lock = threading.Lock()
        self._work = threading.Event()
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def watch(self, context: Context) -> None:
        """Renew the lease of this attempt from now on."""
        with self._lock:
            self._contexts.add(context)
        self._work.set()

    def forget(self, context: Context) -> None:
        """Stop renewing; a beat that is under way still ends."""
        with self._lock:
            self._contexts.discard(context)
            if not self._contexts:
                self._work.clear()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            if not self._work.is_set():
                self._rest()
            pause.wait(TICK)
            with self._lock:
                contexts = list(self._contexts)
            for context in contexts:
                self._beat(context)

    def _rest(self) -> None:
        """Wait for the next attempt; after a while without the connection."""
        if not self._work.wait(timeout=30):
            connection.close()
            self._work.wait()

    def _beat(self, context: Context) -> None:
        try:
            context.beat()
        except Exception:
            # The database is away: the next beat tries again while the lease lasts.
            task = str(context.task.pk)
            facts = {"task": task, "attempt": context.task.attempt}
            words = "Could not renew task %s."
            logger.warning(words, task, exc_info=True, extra=facts)
            close_old_connections()


heartbeat = PerProcess(Heartbeat)
