"""One open socket: who it is, what it watches, what waits to be sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tasks_app.models.queries import sees_all
from tasks_app.models.task import permitted_actions
from tasks_app.statuses import FINAL, legal_actions

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .subscriptions import Subscription

FLUSH_SECONDS: Final = 0.25  # the shortest time between two frames of one socket
Send = Callable[[str], Awaitable[None]]


@dataclass(eq=False)
class Viewer:
    """Takes what concerns it, keeps the newest of each task, sends it in frames."""

    user: User
    send: Send
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    frame: int = 0
    _waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    _removed: set[str] = field(default_factory=set)
    _timer: asyncio.Task[None] | None = None
    _sent_at: float = 0.0

    def __post_init__(self) -> None:
        # Read once, when the socket opens: no query per update.
        self._sees_all = sees_all(self.user)
        self._on_own = permitted_actions(self.user, owns=True)
        self._on_others = permitted_actions(self.user, owns=False)

    def offer(self, tasks: list[dict[str, Any]], removed: list[str]) -> None:
        """Take from a batch of changes what this socket watches and may see."""
        final = False
        for task in tasks:
            patch = self._patch(task)
            if patch is None:
                continue
            known = self._waiting.get(task["id"], {})
            if known.get("version", 0) <= task["version"]:
                self._waiting[task["id"]] = {**known, **patch}
                final = final or task["status"] in FINAL
        if self._sees_all or self.subscriptions:
            self._removed.update(pk for pk in removed if self._watches(pk))
        if self._waiting or self._removed:
            self._schedule(soon=final)

    def close(self) -> None:
        """Send nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _watches(self, pk: str) -> bool:
        return any(
            pk in getattr(s, "ids", ()) or pk in getattr(s, "matched", ())
            for s in self.subscriptions.values()
        )

    def _patch(self, task: dict[str, Any]) -> dict[str, Any] | None:
        owns = task["owner_id"] == self.user.pk
        if not (owns or self._sees_all):
            return None
        watched = [s.matches(task) for s in self.subscriptions.values()]
        left = [s.left(task) for s in self.subscriptions.values()]
        if not any(watched) and not any(left):
            return None
        permitted = self._on_own if owns else self._on_others
        legal = legal_actions(
            task["status"],
            cancel_requested=task["cancel_requested"],
            pause_requested=task["pause_requested"],
        )
        patch = {key: value for key, value in task.items() if key != "owner_id"}
        patch["actions"] = [action for action in legal if action in permitted]
        patch["left"] = not any(watched)
        return patch

    def _schedule(self, *, soon: bool) -> None:
        if self._timer is not None and not self._timer.done():
            return
        elapsed = asyncio.get_running_loop().time() - self._sent_at
        rest = FLUSH_SECONDS / 5 if soon else FLUSH_SECONDS
        delay = max(0.0, rest - elapsed)
        self._timer = asyncio.create_task(self._flush_later(delay))

    async def _flush_later(self, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        while self._waiting or self._removed:
            tasks, self._waiting = list(self._waiting.values()), {}
            removed, self._removed = sorted(self._removed), set()
            self._sent_at = asyncio.get_running_loop().time()
            if tasks:
                self.frame += 1
                update = {"type": "update", "frame": self.frame, "tasks": tasks}
                await self.send(json.dumps(update))
            if removed:
                await self.send(json.dumps({"type": "removed", "ids": removed}))
            await asyncio.sleep(FLUSH_SECONDS if self._waiting else 0)
