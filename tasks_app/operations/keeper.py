"""The keeper: starts what is due, publishes again what was lost, rescues what hangs.

It needs neither beat nor a worker. Any number may run; a row with an expiry makes one
active. Rescues come first and touch only the database, so a broker that hangs cannot
hold them up: publishing is left to the background publisher.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterable
from typing import Any, Final

from celery import current_app
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from kombu.exceptions import ChannelError

from tasks_app import lifecycle
from tasks_app.conf import setting
from tasks_app.models import Task

from .alerts import watch
from .publisher import publish
from .statistics import catch_up

logger = logging.getLogger(__name__)

MOST: Final = 500  # rows a sweep takes of each kind
YOUNG: Final = 1.0  # seconds in which the publisher itself should have done it
PATIENCE: Final = 5  # seconds for a broker to answer
NOT_FOUND: Final = "404"  # AMQP 0-9-1, 1.2: no such queue


class Keeper:
    """Sweeps while it holds the keeper's lock."""

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.active: bool | None = None
        self._looking = threading.Thread()

    def run(self, *, stop: threading.Event) -> None:
        """Sweep until `stop` is set. A database that is away is waited for."""
        while not stop.is_set():
            try:
                self.turn()
            except DatabaseError as error:
                logger.warning("The keeper could not sweep: %s", error)
                close_old_connections()
            stop.wait(setting("SWEEP_SECONDS"))
        lifecycle.drop_keeper_lock(holder=self.holder)

    def turn(self) -> bool:
        """Take the lock and sweep; False when another keeper is active."""
        seconds = max(5.0, 3 * setting("SWEEP_SECONDS"))
        active = lifecycle.take_keeper_lock(holder=self.holder, seconds=seconds)
        if active != self.active:
            logger.info("This keeper is %s.", "active" if active else "standing by")
        self.active = active
        if active:
            if lifecycle.confirm_epoch(run=self.holder):
                logger.info("The feed of changes has a new epoch.")
            sweep()
            lifecycle.fold_counts()
            self._look()
            catch_up()
            watch()
        return active

    def _look(self) -> None:
        """Republish in a thread, unless the last one still waits for the broker."""
        if not self._looking.is_alive():
            self._looking = threading.Thread(target=_republish, daemon=True)
            self._looking.start()


def sweep() -> None:
    """Bring every stray task back into the lifecycle, once."""
    rescue(Task.objects.lease_expired())
    rescue(Task.objects.cancel_overdue(grace_seconds=setting("GRACE_SECONDS")))
    for task in Task.objects.unpublished(for_seconds=YOUNG)[:MOST]:
        publish(task)


def rescue(tasks: Iterable[Task]) -> int:
    """Take the leases of `tasks` away, and return how many were still to be taken."""
    rescued = 0
    for task in list(tasks)[:MOST]:
        moved = lifecycle.expire(task)
        if moved is None:
            continue  # its worker was faster
        rescued += 1
        logger.warning("Task %s was rescued: %s", moved.pk, moved.status)
        if moved.status == "pending":
            publish(moved)
    return rescued


def republish() -> None:
    """Publish again what nobody claimed although its queue is empty.

    While messages wait in a queue its workers are busy and nothing is lost.
    """
    lost = Task.objects.unclaimed(for_seconds=setting("REPUBLISH_SECONDS"))
    for queue in lost.order_by().values_list("queue", flat=True).distinct():
        if _is_empty(queue):
            for task in lost.filter(queue=queue)[:MOST]:
                publish(task)


def _republish() -> None:
    try:
        republish()
    except DatabaseError as error:
        logger.warning("The keeper could not republish: %s", error)
    finally:
        connection.close()


def _is_empty(queue: str) -> bool:
    """Whether the broker has no message for `queue`; False while it is away."""
    timeouts = {"read_timeout": PATIENCE, "write_timeout": PATIENCE}
    broker = current_app.connection_for_read(transport_options=timeouts)
    errors: tuple[type[BaseException], ...] = (
        *broker.connection_errors,
        *broker.channel_errors,
        OSError,
    )
    try:
        with broker:
            broker.ensure_connection(
                max_retries=1, timeout=PATIENCE, reraise_as_library_errors=False
            )
            channel: Any = broker.default_channel
            return bool(channel.queue_declare(queue, passive=True).message_count == 0)
    except errors as error:
        # Redis forgets a queue with its last message, a new RabbitMQ knows none.
        if isinstance(error, ChannelError) and str(error.reply_code) == NOT_FOUND:
            return True
        logger.warning("Could not look into the queue %s: %s", queue, error)
        return False
