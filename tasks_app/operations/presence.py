"""Says that a worker is there, for as long as it takes tasks.

A thread of the worker's main process does, with a connection for each beat: the pool is
forked from this process again and again, and must never inherit an open one.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any, Final

from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.db import Error as DatabaseError
from django.db import connection

from tasks_app import lifecycle
from tasks_app.conf import setting

logger = logging.getLogger(__name__)

FORK_SECONDS: Final = 5.0  # a fork waits for a beat under way, but not for ever
GOODBYE_SECONDS: Final = 5.0


class Presence:
    """Beats until the worker is told to stop."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self.name = f"{consumer.hostname}:{os.getpid()}"
        self._began = time.monotonic()
        self._over = threading.Event()
        self._is_away = False
        self._no_fork, self._is_held = threading.Lock(), False
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        os.register_at_fork(
            before=self._before_fork,
            after_in_parent=self._after_fork,
            after_in_child=self._in_child,
        )
        self._thread.start()

    def stop(self) -> None:
        """Let the row be taken away; does not wait, since a signal may have come."""
        self._over.set()

    def wait(self) -> None:
        """Wait until that is done, unless it takes long."""
        self.stop()
        self._thread.join(GOODBYE_SECONDS)

    def _run(self) -> None:
        while not self._over.is_set():
            self._write(self._beat)
            self._over.wait(setting("HEARTBEAT_SECONDS"))
        self._write(lambda: lifecycle.drop_worker(name=self.name))

    def _beat(self) -> None:
        lifecycle.note_worker(
            name=self.name,
            queues=sorted(self._consumer.app.amqp.queues.consume_from),
            slots=self._consumer.pool.num_processes,
            up_seconds=time.monotonic() - self._began,
        )

    def _write(self, what: Any) -> None:
        with self._no_fork:
            try:
                what()
            except DatabaseError as error:
                if not self._is_away:
                    logger.warning("Could not say that this worker is there: %s", error)
                self._is_away = True
            else:
                self._is_away = False
            finally:
                connection.close()

    def _before_fork(self) -> None:
        self._is_held = self._no_fork.acquire(timeout=FORK_SECONDS)

    def _after_fork(self) -> None:
        if self._is_held:
            self._no_fork.release()

    def _in_child(self) -> None:
        self._no_fork = threading.Lock()


_here: list[Presence] = []  # of this process, none or one


@worker_ready.connect
def _begin(sender: Any, **_: Any) -> None:
    _here.append(Presence(sender))


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    for presence in _here:
        presence.stop()


@worker_shutdown.connect
def _end(**_: Any) -> None:
    for presence in _here:
        presence.wait()
