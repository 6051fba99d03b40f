"""A watcher who loses the connection again and again, and comes back as told to."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

import websockets

from .store import Store

BACKOFF_SECONDS = (0.02, 0.3)  # a browser waits 1 to 30 seconds
OPEN_SECONDS = 30.0


@dataclass
class Watch:
    """Who watches what, and where the servers are."""

    user: Any
    cookie: str
    asked: dict[str, Any]
    places: list[str]


@dataclass
class Client:
    """Runs until cancelled. `life` is between two drops; None is for ever."""

    watch: Watch
    chance: random.Random
    toll: Counter[str]
    life: tuple[float, float] | None
    forgetful: bool = False  # comes back without a cursor
    acks: bool = True
    store: Store = field(default_factory=Store)
    _connection: Any = None
    _drop: asyncio.TimerHandle | None = None

    @property
    def is_up_to_date(self) -> bool:
        """Whether the server has answered since the last connect."""
        return self.store.answered

    async def run(self) -> None:
        """Connect, watch, lose it, come back."""
        while True:
            try:
                await self._live()
            except (OSError, TimeoutError, websockets.WebSocketException):
                self.store.answered = False
            finally:
                self._forget_drop()
            await asyncio.sleep(self.chance.uniform(*BACKOFF_SECONDS))

    def drop(self, life: tuple[float, float] | None) -> None:
        """Lose the connection from now on after such times; None is never."""
        self.life = life
        self._forget_drop()
        if self._connection is not None:
            self._plan_drop()

    async def again(self) -> None:
        """Subscribe anew on the same connection, and wait for the answer."""
        self.store.cursor = ""
        await self._subscribe()
        async with asyncio.timeout(OPEN_SECONDS):
            while not self.store.answered:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def _live(self) -> None:
        place = self.chance.choice(self.watch.places)
        async with websockets.connect(
            place.replace("http://", "ws://") + "/ws/v1/tasks/",
            origin=cast("Any", place),
            additional_headers={"Cookie": self.watch.cookie},
            compression=None,
            open_timeout=OPEN_SECONDS,
            ping_interval=None,
            close_timeout=1,
        ) as connection:
            self._connection = connection
            self.toll["connections"] += 1
            self._plan_drop()
            await self._subscribe()
            async for text in connection:
                await self._hear(json.loads(text))

    def _plan_drop(self) -> None:
        if self.life is None:
            return
        loop = asyncio.get_running_loop()
        self._drop = loop.call_later(self.chance.uniform(*self.life), self._abort)

    def _abort(self) -> None:
        self.toll["drops"] += 1
        self._connection.transport.abort()

    def _forget_drop(self) -> None:
        if self._drop is not None:
            self._drop.cancel()
            self._drop = None

    async def _subscribe(self) -> None:
        if self.forgetful:
            self.store.cursor = ""
        await self._send(self.store.ask(self.watch.asked))

    async def _hear(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        self.toll[kind] += 1
        self.store.hear(message)
        if kind == "error":
            self.store.complaints.append(message["detail"])
        elif kind == "replay" and not message["recovered"]:
            self.toll["not recovered"] += 1
            await self._subscribe()
        elif kind == "update" and self.acks:
            await self._send({"action": "ack", "frame": message["frame"]})

    async def _send(self, message: dict[str, Any]) -> None:
        await self._connection.send(json.dumps(message))
