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

import uvloop
import websockets

STAMP = re.compile(r"stamp (\d+\.\d+)")
AT_ONCE = 100  # handshakes under way


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
    url: str, gate: asyncio.Semaphore, ready: asyncio.Semaphore, delays: list[float]
) -> None:
    """Open one socket and note each stamp once."""
    async with gate:
        socket = await opened(url)
    ready.release()
    async for message in socket:
        now = time.time()
        delays += [now - float(stamp) for stamp in STAMP.findall(str(message))]


async def main(url: str, count: int, seconds: float) -> None:
    """Open the sockets, wait for the signal, listen, print."""
    gate, ready = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(0)
    delays: list[float] = []
    tasks = [asyncio.create_task(watch(url, gate, ready, delays)) for _ in range(count)]
    for _ in tasks:
        await ready.acquire()
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.sleep(seconds)
    print(json.dumps(delays), flush=True)
    os._exit(0)  # a polite goodbye of every socket would take longer than the rest


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
