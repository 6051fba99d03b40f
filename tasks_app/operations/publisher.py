"""Tells workers that a task waits, without anybody waiting for the broker.

The message is a nudge with a task id; the row is the truth. A nudge that is lost, late
or double is harmless: the keeper publishes again what nobody claimed.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from celery import current_app
from django.db import close_old_connections, transaction

from tasks_app import lifecycle
from tasks_app.conf import setting
from tasks_app.errors import InvalidInputError
from tasks_app.models import Task
from tasks_app.process import PerProcess

from . import registry

logger = logging.getLogger(__name__)

RUN: Final = "tasks_app.run"  # the one Celery task
BATCH: Final = 500  # nudges marked as published in one statement
WAITING_MOST: Final = 20_000  # nudges kept; the keeper has the rest
CONFIRM_SECONDS: Final = 5.0  # for RabbitMQ to say that it has a message


@dataclass(frozen=True, slots=True)
class Nudge:
    """What a message needs: never the parameters, which the worker reads itself."""

    task_id: str
    version: int
    operation: str
    queue: str
    priority: int


def publish(task: Task) -> None:
    """Nudge a worker as soon as the transaction has committed.

    An external task is never sent: reporters come and ask for it.
    """
    if task.external:
        return
    nudge = Nudge(str(task.pk), task.version, task.operation, task.queue, task.priority)
    transaction.on_commit(lambda: publisher().put(nudge), robust=True)


def flush(*, timeout: float = 2.0) -> bool:
    """Wait until this process's nudges are out; False when that took too long."""
    return publisher().flush(timeout=timeout)


def send(nudge: Nudge) -> None:
    """Hand the nudge to the broker; raises what the broker's client raises."""
    current_app.send_task(
        RUN,
        args=(nudge.task_id,),
        queue=nudge.queue,
        # 9 is most urgent for us and for AMQP; for Redis 0 is.
        priority=nudge.priority if _is_amqp() else 9 - nudge.priority,
        ignore_result=True,
        retry=False,
        confirm_timeout=CONFIRM_SECONDS,
        time_limit=_hard_limit(nudge.operation),
    )


@lru_cache
def _is_amqp() -> bool:
    return "amqp" in current_app.connection_for_write().transport_cls


def _hard_limit(operation: str) -> int | None:
    """Return seconds after which Celery may replace a child that hangs.

    Long after the task itself was ended: this only frees the worker's slot.
    """
    try:
        limit = registry.find(operation).time_limit
    except InvalidInputError:
        return None
    return int(limit.total_seconds() + 2 * setting("GRACE_SECONDS")) + 5


class Publisher:
    """A thread that owns this process's way to the broker."""

    def __init__(self) -> None:
        self._nudges: queue.Queue[Nudge] = queue.Queue(WAITING_MOST)
        self._waiting: set[Nudge] = set()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        threading.Thread(target=self._run, name="publisher", daemon=True).start()
        atexit.register(self.flush)

    def put(self, nudge: Nudge) -> None:
        """Queue a nudge; never waits. One per version of a task is enough."""
        with self._lock:
            if nudge in self._waiting:
                return
            try:
                self._nudges.put_nowait(nudge)
            except queue.Full:
                return
            self._waiting.add(nudge)
            self._idle.clear()

    def flush(self, *, timeout: float = 2.0) -> bool:
        """Wait at most `timeout` seconds until nothing waits; False when some does."""
        return self._idle.wait(timeout)

    def _run(self) -> None:
        while True:
            batch = self._take()
            sent = [nudge for nudge in batch if self._send(nudge)]
            if sent:
                self._mark(sent)
            with self._lock:
                self._waiting.difference_update(batch)
                if not self._waiting:
                    self._idle.set()

    def _take(self) -> list[Nudge]:
        batch = [self._nudges.get()]
        while len(batch) < BATCH:
            try:
                batch.append(self._nudges.get_nowait())
            except queue.Empty:
                break
        return batch

    def _send(self, nudge: Nudge) -> bool:
        try:
            send(nudge)
        except Exception as error:  # noqa: BLE001  the keeper will publish it
            facts = {"task": nudge.task_id}
            words = "Could not publish task %s: %s"
            logger.warning(words, nudge.task_id, error, extra=facts)
            return False
        return True

    def _mark(self, sent: list[Nudge]) -> None:
        try:
            lifecycle.mark_published((nudge.task_id, nudge.version) for nudge in sent)
        except Exception as error:  # noqa: BLE001  at worst it is published twice
            logger.warning("Could not note %d published tasks: %s", len(sent), error)
        finally:
            close_old_connections()


publisher = PerProcess(Publisher)
