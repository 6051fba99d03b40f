"""The socket at `/ws/v1/tasks/`: authorise, register, relay, leave."""

from __future__ import annotations

import json
from typing import Any, Final

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from tasks_app.models import Task
from tasks_app.models.wire import whole_wire

from .hub import hub
from .subscriptions import BadMessageError, Subscription, missing, parse
from .viewer import FLUSH_SECONDS, Viewer

PROTOCOL: Final = 1
HEARTBEAT_SECONDS: Final = 20
LONGEST: Final = 65_536  # characters of a message
BAD_MESSAGE, NOT_SIGNED_IN, TOO_BIG = 4400, 4401, 1009  # close codes


class TaskConsumer(AsyncWebsocketConsumer):
    # No layer of this name: the hub listens for all, so no socket subscribes to Redis.
    channel_layer_alias = "none"
    viewer: Viewer | None = None

    async def connect(self) -> None:
        """Greet a signed-in user; refuse a stranger in a way that browsers can read."""
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated or not user.is_active:
            await self.close(NOT_SIGNED_IN)
            return
        self.viewer = await database_sync_to_async(Viewer)(user, self.send)
        await hub().join(self.viewer)
        await self._tell(
            "hello",
            protocol=PROTOCOL,
            heartbeat_s=HEARTBEAT_SECONDS,
            flush_ms=int(FLUSH_SECONDS * 1000),
            user=user.get_username(),
        )

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        if self.viewer is not None:
            hub().leave(self.viewer)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        """Answer one message; what is no JSON object closes the socket with 4400."""
        if self.viewer is None:
            return
        if len(text_data or "") > LONGEST:
            await self.close(TOO_BIG)
            return
        try:
            message = json.loads(text_data or "")
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            await self.close(BAD_MESSAGE)
            return
        await self._answer(message, self.viewer)

    async def _answer(self, message: dict[str, Any], viewer: Viewer) -> None:
        action, ref = message.get("action"), str(message.get("id", ""))[:100]
        try:
            if action == "subscribe":
                await self._subscribe(ref, parse(message, viewer.user), viewer)
            elif action == "unsubscribe":
                viewer.subscriptions.pop(ref, None)
                await self._tell("unsubscribed", subscription=ref)
            elif action == "ping":
                await self._tell("pong")
            elif action != "ack":
                raise BadMessageError(
                    "Known actions: subscribe, unsubscribe, ping, ack."
                )
        except BadMessageError as error:
            await self._tell("error", code="bad_message", detail=str(error), ref=ref)

    async def _subscribe(self, ref: str, asked: Subscription, viewer: Viewer) -> None:
        # First watch, then read: a change in between comes twice rather than never.
        viewer.subscriptions[ref] = asked
        tasks, gone = await database_sync_to_async(snapshot)(asked, viewer)
        await self._tell("snapshot", subscription=ref, tasks=tasks, missing=gone)

    async def _tell(self, kind: str, **fields: Any) -> None:
        await self.send(json.dumps({"type": kind, **fields}))


def snapshot(asked: Subscription, viewer: Viewer) -> tuple[list[Any], list[str]]:
    """Return the watched tasks as they are, and the ids that are not to be seen."""
    visible = Task.objects.visible_to(viewer.user).for_list()
    rows = list(asked.rows(visible).prefetch_related("artifacts"))
    tasks = [whole_wire(row, viewer.user, large=False) for row in rows]
    for task in tasks:
        asked.matches({**task})  # a filter remembers what it showed
    return tasks, missing(asked, rows)
