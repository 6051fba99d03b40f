"""The only door to the channel layer.

A write never waits for Redis: changes go to one background thread per process, which
keeps the newest version of each task and sends them in batches. Whatever is lost on the
way is repaired by those who read the rows.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from channels.layers import channel_layers
from django.contrib.auth import get_user_model
from django.db import transaction

from .events import TASKS_GROUP
from .models import Upload
from .models.wire import artifacts_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from .models import Artifact, Task

logger = logging.getLogger(__name__)

BATCH: Final = 200  # tasks in one message
SEND_TIMEOUT: Final = 2.0  # seconds
WAITING_MOST: Final = 50_000  # tasks kept while Redis is away


def task_changed(task: Task, *, artifacts: Iterable[Artifact] | None = None) -> None:
    """Tell the watchers, once the transaction has committed."""
    message: dict[str, Any] = {
        **to_wire(
            task,
            owner=owner_name(task.owner_id),
            original_filename=file_name(task.upload_id),
        ),
        "owner_id": task.owner_id,
    }
    if artifacts is not None:
        message["artifacts"] = artifacts_wire(task, artifacts)
    transaction.on_commit(lambda: sender().put(message), robust=True)


def tasks_removed(ids: Iterable[UUID]) -> None:
    """Tell the watchers that rows are gone, once the transaction has committed."""
    gone = [str(pk) for pk in ids]
    transaction.on_commit(lambda: sender().remove(gone), robust=True)


@lru_cache(maxsize=10_000)
def owner_name(owner_id: int | None) -> str | None:
    user = get_user_model().objects.filter(pk=owner_id).first() if owner_id else None
    return user.get_username() if user else None


@lru_cache(maxsize=10_000)
def file_name(upload_id: int | None) -> str:
    if upload_id is None:
        return ""
    names = Upload.objects.filter(pk=upload_id).values_list("original_name", flat=True)
    return names.first() or ""


class Sender:
    """A thread with an event loop that owns this process's way to the channel layer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[str, Any]] = {}
        self._removed: list[str] = []
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        threading.Thread(target=self._run, name="broadcast", daemon=True).start()

    def put(self, message: dict[str, Any]) -> None:
        """Queue the newest version of a task; costs microseconds."""
        with self._lock:
            known = self._waiting.get(message["id"])
            if known is None and len(self._waiting) >= WAITING_MOST:
                return
            if known is None or known["version"] <= message["version"]:
                self._waiting[message["id"]] = {**(known or {}), **message}
            self._idle.clear()
        self._wake.set()

    def remove(self, ids: list[str]) -> None:
        """Queue the news that tasks were deleted."""
        with self._lock:
            for pk in ids:
                self._waiting.pop(pk, None)
            self._removed.extend(ids)
            self._idle.clear()
        self._wake.set()

    def flush(self, *, timeout: float = 2.0) -> bool:
        """Wait up to `timeout` seconds until all is sent; False when it is not."""
        return self._idle.wait(timeout)

    def _run(self) -> None:
        asyncio.run(self._loop())

    async def _loop(self) -> None:
        # A layer of its own: connections belong to the event loop that opened them.
        layer = channel_layers.make_backend("default")
        while True:
            await asyncio.to_thread(self._wake.wait)
            self._wake.clear()
            while batch := self._take():
                try:
                    await asyncio.wait_for(
                        layer.group_send(TASKS_GROUP, batch), SEND_TIMEOUT
                    )
                except Exception as error:  # noqa: BLE001  a hint may be lost
                    logger.warning("Could not send a batch of changes: %s", error)
            with self._lock:
                if not self._waiting and not self._removed:
                    self._idle.set()

    def _take(self) -> dict[str, Any] | None:
        with self._lock:
            keys = list(self._waiting)[:BATCH]
            tasks = [self._waiting.pop(key) for key in keys]
            removed, self._removed = self._removed[:BATCH], self._removed[BATCH:]
        if not tasks and not removed:
            return None
        return {"type": "tasks.changed", "tasks": tasks, "removed": removed}


_sender: tuple[int, Sender] | None = None
_making = threading.Lock()


def sender() -> Sender:
    """Return this process's sender; a forked child makes its own."""
    global _sender
    with _making:
        if _sender is None or _sender[0] != os.getpid():
            _sender = (os.getpid(), Sender())
        return _sender[1]
