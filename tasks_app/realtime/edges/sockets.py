"""What the sockets of all protocols share: authorise, register, relay, leave."""

from __future__ import annotations

import asyncio
import json
from typing import Any, ClassVar, Final

from channels.generic.websocket import AsyncWebsocketConsumer

from tasks_app.realtime import identity
from tasks_app.realtime.delivery.speech import Speech
from tasks_app.realtime.delivery.viewer import Viewer
from tasks_app.realtime.hub.hub import hub
from tasks_app.realtime.subscriptions import BadMessageError
from tasks_app.servers import GOODBYE_SECONDS, hang_up, is_daphne
from tasks_app.trace import of_scope, traced

from .entry import viewer_of
from .rate import Bucket

LONGEST: Final = 65_536  # characters of a message
BAD_MESSAGE, TOO_BIG = 4400, 1009  # close codes


class Socket(AsyncWebsocketConsumer):
    """A socket of a viewer; protocols say how they greet and what they answer."""

    # No layer of this name: the hub listens for all, so no socket subscribes to Redis.
    channel_layer_alias = "none"
    kind: ClassVar[str]
    speech: ClassVar[Speech]
    viewer: Viewer | None = None
    is_refused = False  # closed; what was sent before that was known is not read

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket; whatever ends it, the hub is left."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.viewer is not None:
                hub().leave(self.viewer)

    async def connect(self) -> None:
        """Greet who may come in; refuse others in a way that browsers can read."""
        offered = self.scope.get("subprotocols", ())
        ours = identity.PROTOCOL if identity.PROTOCOL in offered else None
        await self.accept(subprotocol=ours)
        try:
            with traced(of_scope(self.scope)):
                self.viewer = await viewer_of(
                    self.scope,
                    identity.of_socket,
                    kind=self.kind,
                    speech=self.speech,
                    send=self._text,
                    end=self._end,
                )
        except identity.RefusedError as refused:
            await self.close(refused.code, reason=str(refused)[:100])
            return
        self.bucket = Bucket()
        await hub().join(self.viewer)
        await self.greet(self.viewer)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        """Answer one message; what is no JSON object closes the socket with 4400."""
        if self.viewer is None or self.is_refused:
            return
        if not self.bucket.take(asyncio.get_running_loop().time()):
            self._refuse(identity.TOO_MANY, self.viewer)
        elif len(text_data or "") > LONGEST:
            self._refuse(TOO_BIG, self.viewer)
        elif (message := _object(text_data)) is None:
            self._refuse(BAD_MESSAGE, self.viewer)
        else:
            try:
                await self.answer(message, self.viewer)
            except BadMessageError as error:
                self.refuse(message, str(error), self.viewer)

    def _refuse(self, code: int, viewer: Viewer) -> None:
        self.is_refused = True
        viewer.line.end(code)

    async def greet(self, viewer: Viewer) -> None:
        """Say the first words."""
        raise NotImplementedError

    async def answer(self, message: dict[str, Any], viewer: Viewer) -> None:
        """Do what a message asks; may raise BadMessageError."""
        raise NotImplementedError

    def refuse(self, message: dict[str, Any], detail: str, viewer: Viewer) -> None:
        """Say what was wrong with a message."""
        raise NotImplementedError

    async def _text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def _end(self, code: int) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(GOODBYE_SECONDS, hang_up, self.base_send)
        # daphne can send no code below 3000.
        may = code >= 3000 or not is_daphne(self.scope)
        await self.close(code if may else BAD_MESSAGE)


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        message = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
