"""Opens many sockets in a process of its own and says when messages came.

`python -m benchmarks.sockets URL COUNT SECONDS` reads one line from its standard input
as the start signal, and prints one JSON object: the delays in seconds of every stamp
received, `now - stamp`, and how many came.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import uvloop
import websockets

STAMP = re.compile(r"stamp (\d+\.\d+)")
AT_ONCE = 100  # handshakes under way
Watch = Callable[[asyncio.Semaphore, asyncio.Semaphore], Coroutine[Any, Any, None]]


async def opened(url: str) -> websockets.ClientConnection:
    """Return a socket that was greeted and has subscribed to what is asked for."""
    origin = url.replace("ws://", "http://").split("/", 3)
    socket = await websockets.connect(
        url,
        origin="/".join(origin[:3]),  # type: ignore[arg-type]
        additional_headers={"Cookie": os.environ.get("COOKIE", "")},
        compression=None,
        ping_interval=None,
        max_queue=None,
        max_size=None,
    )
    await socket.recv()
    if os.environ.get("SUBSCRIBE"):
        await socket.send(os.environ["SUBSCRIBE"])
        await socket.recv()
    return socket


async def watch(
    url: str, delays: list[float], gate: asyncio.Semaphore, ready: asyncio.Semaphore
) -> None:
    """Open one socket and note each stamp once."""
    async with gate:
        socket = await opened(url)
    ready.release()
    async for message in socket:
        now = time.time()
        delays += [now - float(stamp) for stamp in STAMP.findall(str(message))]


async def started(watches: Sequence[Watch]) -> list[asyncio.Task[None]]:
    """Open all sockets, say so, wait for the signal; return what runs."""
    gate, ready = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(0)
    tasks = [asyncio.create_task(watch(gate, ready)) for watch in watches]
    for _ in tasks:
        await ready.acquire()
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    return tasks


def run(main: Callable[[str, int, float], Coroutine[Any, Any, None]]) -> None:
    """Run with as many sockets as the machine allows, and what the command line says.

    A polite goodbye of every socket would take longer than all the rest.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def to_the_end() -> None:
        await main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
        os._exit(0)

    uvloop.run(to_the_end())


async def main(url: str, count: int, seconds: float) -> None:
    """Open the sockets, wait for the signal, listen, print."""
    delays: list[float] = []
    running = await started([partial(watch, url, delays)] * count)
    await asyncio.sleep(seconds)
    print(json.dumps(delays), flush=True)
    assert not [task for task in running if task.done()]


if __name__ == "__main__":
    run(main)
