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

import websockets

STAMP = re.compile(r"stamp (\d+\.\d+)")
AT_ONCE = 100  # handshakes under way


async def watch(
    url: str, gate: asyncio.Semaphore, opened: list[int], delays: list[float]
) -> None:
    """Open one socket, subscribe to everything, and note each stamp once."""
    headers = {"Cookie": os.environ.get("COOKIE", "")}
    origin = url.replace("ws://", "http://").split("/", 3)
    async with gate:
        socket = await websockets.connect(
            url,
            origin="/".join(origin[:3]),  # type: ignore[arg-type]
            additional_headers=headers,
            compression=None,
            ping_interval=None,
            max_queue=None,
        )
        await socket.recv()
        if os.environ.get("SUBSCRIBE"):
            await socket.send(os.environ["SUBSCRIBE"])
            await socket.recv()
        opened.append(1)
    async for message in socket:
        now = time.time()
        delays += [now - float(stamp) for stamp in STAMP.findall(str(message))]


async def main(url: str, count: int, seconds: float) -> None:
    """Open the sockets, wait for the signal, listen, print."""
    gate = asyncio.Semaphore(AT_ONCE)
    opened: list[int] = []
    delays: list[float] = []
    tasks = [
        asyncio.create_task(watch(url, gate, opened, delays)) for _ in range(count)
    ]
    while len(opened) < count:
        failed = [task for task in tasks if task.done()]
        if failed:
            await failed[0]
        await asyncio.sleep(0.05)
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.sleep(seconds)
    print(json.dumps(delays), flush=True)
    os._exit(0)  # a polite goodbye of every socket would take longer than the rest


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        import uvloop

        uvloop.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    except ImportError:
        asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
