"""The only door to the channel layer.

A write never waits for Redis: changes go to one background thread per process, which
keeps the newest version of each task and sends them in batches. Whatever is lost on the
way is repaired by those who read the rows.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from channels.layers import channel_layers
from django.contrib.auth import get_user_model
from django.db import transaction

from .events import TASKS_GROUP, Removed
from .models import Task
from .models.wire import artifacts_wire, result_wire, to_wire
from .process import PerProcess

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from .models import Artifact

logger = logging.getLogger(__name__)

OWNER: Final = Task._meta.get_field("owner")
BATCH: Final = 200  # tasks in one message
GATHER_SECONDS: Final = 0.01  # after a batch; what comes meanwhile goes together
SEND_TIMEOUT: Final = 2.0  # seconds
WAITING_MOST: Final = 50_000  # tasks kept while Redis is away


def task_changed(task: Task, *, artifacts: Iterable[Artifact] | None = None) -> None:
    """Tell the watchers, once the transaction has committed."""
    message: dict[str, Any] = {
        **to_wire(task, owner=_owner(task)),
        "owner_id": task.owner_id,
        **result_wire(task),
    }
    if artifacts is not None:
        message["artifacts"] = artifacts_wire(task, artifacts)
    transaction.on_commit(lambda: sender().put(message), robust=True)


def tasks_removed(owners: Mapping[UUID, int | None]) -> None:
    """Tell the watchers that rows are gone, once the transaction has committed.

    `owners` maps ids to owners: only who could see a task hears that it is gone.
    """
    gone = [Removed(id=str(pk), owner_id=owner) for pk, owner in owners.items()]
    transaction.on_commit(lambda: sender().remove(gone), robust=True)


def _owner(task: Task) -> str | None:
    if OWNER.is_cached(task):  # as where it was just made
        return task.owner.get_username() if task.owner else None
    return owner_of(task.pk)


@lru_cache(maxsize=10_000)
def owner_of(task_id: UUID) -> str | None:
    """Return the name of the task's owner; it never changes.

    Kept by the id of the task: ids of users are given out again when the transaction
    that made them fails.
    """
    name = f"owner__{get_user_model().USERNAME_FIELD}"
    return Task.objects.filter(pk=task_id).values_list(name, flat=True).first()


class Sender:
    """A thread with an event loop that owns this process's way to the channel layer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[str, Any]] = {}
        self._removed: list[Removed] = []
        self._wake = asyncio.Event()
        self._events: asyncio.AbstractEventLoop | None = None
        self._idle = threading.Event()
        self._idle.set()
        threading.Thread(target=self._run, name="broadcast", daemon=True).start()
        atexit.register(self.flush)  # a command's last change is told before it ends

    def put(self, message: dict[str, Any]) -> None:
        """Queue the newest version of a task; costs microseconds."""
        with self._lock:
            known = self._waiting.get(message["id"])
            if known is None and len(self._waiting) >= WAITING_MOST:
                return
            if known is None or known["version"] <= message["version"]:
                self._waiting[message["id"]] = {**(known or {}), **message}
            self._idle.clear()
        self._nudge()

    def remove(self, gone: list[Removed]) -> None:
        """Queue the news that tasks were deleted."""
        with self._lock:
            for removed in gone:
                self._waiting.pop(removed["id"], None)
            self._removed.extend(gone[: WAITING_MOST - len(self._removed)])
            self._idle.clear()
        self._nudge()

    def flush(self, *, timeout: float = 2.0) -> bool:
        """Wait up to `timeout` seconds until all is sent; False when it is not."""
        return self._idle.wait(timeout)

    def _nudge(self) -> None:
        # Until the loop runs nobody sleeps: it looks at what waits before it does.
        if self._events is not None:
            self._events.call_soon_threadsafe(self._wake.set)

    def _run(self) -> None:
        asyncio.run(self._loop())

    async def _loop(self) -> None:
        self._events = asyncio.get_running_loop()
        # A layer of its own: connections belong to the event loop that opened them.
        layer = channel_layers.make_backend("default")
        while True:
            self._wake.clear()
            while batch := self._take():
                try:
                    await asyncio.wait_for(
                        layer.group_send(TASKS_GROUP, batch), SEND_TIMEOUT
                    )
                except Exception as error:  # noqa: BLE001  a hint may be lost
                    logger.warning("Could not send a batch of changes: %s", error)
                await asyncio.sleep(GATHER_SECONDS)
            with self._lock:
                if not self._waiting and not self._removed:
                    self._idle.set()
            # No thread of an executor waits here: Python joins those when it exits.
            await self._wake.wait()

    def _take(self) -> dict[str, Any] | None:
        with self._lock:
            keys = list(self._waiting)[:BATCH]
            tasks = [self._waiting.pop(key) for key in keys]
            removed, self._removed = self._removed[:BATCH], self._removed[BATCH:]
        if not tasks and not removed:
            return None
        return {
            "type": "tasks.changed",
            "tasks": tasks,
            "removed": removed,
            "sent_at": time.time(),
        }


sender = PerProcess(Sender)
