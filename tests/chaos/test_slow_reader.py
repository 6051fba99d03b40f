"""A client that stops reading costs little, harms nobody, and is closed.

F29 of the fault list, on both servers: uvicorn waits for who does not read, daphne
keeps what it cannot send.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from statistics import median
from typing import Any

import psutil
import pytest
import websockets
from channels.db import database_sync_to_async

from tasks_app import lifecycle
from tests.realtime.conftest import connected, cookie_of

from .profile import FULL, PROFILE

SLOW = 6
CLOSED_SECONDS = 60  # until stuck; 30 without taking anything; 3 for the goodbye
# That the server may grow by for each of them: answers were asked for, and are large.
MOST_BYTES = {"uvicorn": 4_000_000, "daphne": 16_000_000}
SAME_ORDER = 10  # times the delay of before; it is a busy machine
QUICK = 0.2  # seconds; below nobody looks at the factor
PAUSE = 0.02  # between two changes


pytestmark = pytest.mark.skipif(
    PROFILE is not FULL, reason="takes a minute: see make chaos"
)


@pytest.fixture(params=["uvicorn", "daphne"])
async def flooded(request, processes, alice, make_claimed, account):
    """A server whose slow readers are gone again."""
    tasks = await database_sync_to_async(lambda: [make_claimed() for _ in range(90)])()
    site = Site(processes, request.param, alice, await cookie_of(alice))
    async with site.watched():
        await change(tasks, seconds=3)
        site.before, site.delays = median(site.delays), []
        await site.stuff()
        began = time.monotonic()
        while site.held() and time.monotonic() - began < CLOSED_SECONDS:
            await change(tasks, seconds=1)
        account(
            f"{site.kind}: {site.held()} of {SLOW} slow readers held after"
            f" {time.monotonic() - began:.0f} s, {site.grown() / SLOW / 1024:.0f} KiB"
            f" each, delay of another {site.before * 1000:.0f} ms before,"
            f" {median(site.delays) * 1000:.0f} ms then"
        )
        yield site


async def test_who_stops_reading_is_closed_and_others_are_served(flooded):
    assert flooded.held() == 0
    assert median(flooded.delays) < max(SAME_ORDER * flooded.before, QUICK)


async def test_answers_that_nobody_reads_are_not_piled_up(flooded):
    assert flooded.grown() < MOST_BYTES[flooded.kind] * SLOW


async def change(tasks, *, seconds):
    """Stamp one task after the other."""

    def stamp():
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            task, number = tasks[number % len(tasks)], number + 1
            words = f"{time.time()} {'x' * 300}"
            lifecycle.progress(task, current=number, total=None, message=words)
            time.sleep(PAUSE)

    await database_sync_to_async(stamp)()


class Site:
    """A server with a watcher who reads and some who stop."""

    def __init__(self, processes: Any, kind: str, user: Any, cookie: str) -> None:
        self.kind, self.user, self.cookie = kind, user, cookie
        self.url = processes.web(server=kind)
        self.process = psutil.Process(processes.running[-1].pid)
        self.delays: list[float] = []
        self.before = 0.0
        self.slow: list[Any] = []
        self.rss = 0

    @contextlib.asynccontextmanager
    async def watched(self):
        async with connected(self.url, self.user) as watcher:
            await watcher.send(action="ack", frame=0)  # else daphne's are held back
            for _ in range(60):  # the threads of the server have read such rows before
                await watcher.subscribe(filter={})
            reading = asyncio.create_task(self._read(watcher))
            try:
                yield
            finally:
                reading.cancel()
                for connection in self.slow:
                    connection.transport.abort()

    async def _read(self, watcher):
        while True:
            update = await watcher.receive("update", seconds=PROFILE.limit_seconds)
            await watcher.send(action="ack", frame=update["frame"])
            for patch in update["tasks"]:
                stamp = float(patch["progress"]["message"].split()[0])
                self.delays.append(time.time() - stamp)

    async def stuff(self):
        """Open sockets that ask for much and read nothing; some had acknowledged."""
        for number in range(SLOW):
            connection = await self._open()
            self.slow.append(connection)
            if number % 2:
                await connection.send(json.dumps({"action": "ack", "frame": 0}))
        self.rss = self.process.memory_info().rss
        for connection in self.slow:
            for _ in range(100):
                message = {"action": "subscribe", "id": "s1", "filter": {}}
                await connection.send(json.dumps(message))

    async def _open(self):
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.connect(("127.0.0.1", int(self.url.rpartition(":")[2])))
        return await websockets.connect(
            self.url.replace("http://", "ws://") + "/ws/v1/tasks/",
            sock=plug,
            origin=self.url,
            additional_headers={"Cookie": self.cookie},
            compression=None,
            ping_interval=None,
            max_queue=1,
        )

    def held(self) -> int:
        """Return how many of the slow sockets the server still holds."""
        ports = {c.transport.get_extra_info("sockname")[1] for c in self.slow}
        far = [c.raddr for c in self.process.net_connections()]
        return sum(bool(place) and place[1] in ports for place in far)

    def grown(self) -> int:
        return int(self.process.memory_info().rss - self.rss)
