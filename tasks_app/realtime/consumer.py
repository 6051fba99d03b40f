"""The socket at `/ws/v1/tasks/`: authorise, register, relay, leave."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from tasks_app.models.feed import Cursor

from . import catchup, rights
from .hub import NOT_SIGNED_IN, hub
from .pacer import FLUSH_SECONDS
from .rate import Bucket
from .subscriptions import BadMessageError, Subscription, parse
from .viewer import Viewer

PROTOCOL: Final = 1
HEARTBEAT_SECONDS: Final = 20
LONGEST: Final = 65_536  # characters of a message
BAD_MESSAGE, TOO_MANY, TOO_BIG = 4400, 4429, 1009  # close codes
MOST_SUBSCRIPTIONS: Final = 50


class TaskConsumer(AsyncWebsocketConsumer):
    # No layer of this name: the hub listens for all, so no socket subscribes to Redis.
    channel_layer_alias = "none"
    viewer: Viewer | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket; whatever ends it, the hub is left."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.viewer is not None:
                hub().leave(self.viewer)

    async def connect(self) -> None:
        """Greet a signed-in user; refuse a stranger in a way that browsers can read."""
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated or not user.is_active:
            await self.close(NOT_SIGNED_IN)
            return
        read = sync_to_async(rights.read, thread_sensitive=False)
        self.viewer = Viewer(
            await read(user),
            self._text,
            self._end,
            session_key=self.scope["session"].session_key or "",
        )
        self.bucket = Bucket()
        await hub().join(self.viewer)
        self._tell(
            "hello",
            protocol=PROTOCOL,
            heartbeat_s=HEARTBEAT_SECONDS,
            flush_ms=int(FLUSH_SECONDS * 1000),
            cursor=self.viewer.cursor,
            user=user.get_username(),
        )

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        """Answer one message; what is no JSON object closes the socket with 4400."""
        if self.viewer is None:
            return
        if not self.bucket.take(asyncio.get_running_loop().time()):
            await self.close(TOO_MANY)
        elif len(text_data or "") > LONGEST:
            await self.close(TOO_BIG)
        elif (message := _object(text_data)) is None:
            await self.close(BAD_MESSAGE)
        else:
            await self._answer(message, self.viewer)

    async def _answer(self, message: dict[str, Any], viewer: Viewer) -> None:
        action, ref = message.get("action"), str(message.get("id", ""))[:100]
        try:
            if action == "subscribe":
                await self._subscribe(ref, message, viewer)
            elif action == "unsubscribe":
                hub().unsubscribe(viewer, ref)
                self._tell("unsubscribed", subscription=ref)
            elif action == "ping":
                self._tell("pong")
            elif action == "ack":
                self._ack(message.get("frame"), viewer)
            else:
                known = "subscribe, unsubscribe, ping, ack"
                raise BadMessageError(f"Known actions: {known}.")
        except BadMessageError as error:
            self._tell("error", code="bad_message", detail=str(error), ref=ref)

    async def _subscribe(
        self, ref: str, message: dict[str, Any], viewer: Viewer
    ) -> None:
        asked, after = parse(message, viewer.rights.user), _cursor(message)
        if len(viewer.subscriptions) >= MOST_SUBSCRIPTIONS:
            raise BadMessageError(f"At most {MOST_SUBSCRIPTIONS} subscriptions.")
        # First watch, then read: a change in between comes twice rather than never.
        hub().subscribe(viewer, ref, asked)
        if after is None:
            await self._snapshot(ref, asked, viewer)
        else:
            await self._replay(ref, asked, viewer, after)

    async def _snapshot(self, ref: str, asked: Subscription, viewer: Viewer) -> None:
        read = sync_to_async(catchup.snapshot, thread_sensitive=False)
        tasks, missing, place = await read(asked, viewer)
        hub().showed(viewer, asked, [task["id"] for task in tasks])
        self._tell(
            "snapshot",
            subscription=ref,
            tasks=tasks,
            missing=missing,
            cursor=str(place),
        )

    async def _replay(
        self, ref: str, asked: Subscription, viewer: Viewer, after: Cursor
    ) -> None:
        read = sync_to_async(catchup.replay, thread_sensitive=False)
        found = await read(asked, viewer, after)
        if found is None:
            self._tell("replay", subscription=ref, recovered=False, tasks=[], cursor="")
            return
        tasks, removed, place = found
        hub().showed(viewer, asked, [t["id"] for t in tasks if not t["left"]])
        self._tell(
            "replay",
            subscription=ref,
            recovered=True,
            tasks=tasks,
            removed=removed,
            cursor=str(place),
        )

    def _ack(self, frame: Any, viewer: Viewer) -> None:
        if not isinstance(frame, int):
            raise BadMessageError("“frame” must be the number of a frame.")
        viewer.ack(frame)
        hub().pacer.wants(viewer)

    def _tell(self, kind: str, **fields: Any) -> None:
        if self.viewer is not None:
            self.viewer.tell(json.dumps({"type": kind, **fields}))

    async def _text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def _end(self, code: int) -> None:
        await self.close(code)


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        message = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _cursor(message: dict[str, Any]) -> Cursor | None:
    after = message.get("after")
    if after is None or after == "":
        return None
    try:
        return Cursor.parse(after)
    except (ValueError, AttributeError):
        raise BadMessageError("“after” is not a cursor of this server.") from None
