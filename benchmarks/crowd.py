"""Watches many tasks on many sockets, in a process of its own.

`python -m benchmarks.crowd URL COUNT SECONDS` waits for a line on its standard input,
listens, and prints one JSON object: frames of each socket, how many tasks each has seen
at their end, and the delays in seconds that every fiftieth socket measured.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from functools import partial

from benchmarks.sockets import STAMP, opened, run, started

END = "the end of it"  # the message of every task's last change
BUSY_AFTER = 3.0  # seconds
SAMPLE = 50  # one socket in so many reads every stamp


@dataclass
class Seen:
    """What one socket saw."""

    frames: list[float] = field(default_factory=list)  # when they came
    ends: int = 0
    delays: list[float] = field(default_factory=list)


async def watch(
    url: str,
    seen: Seen,
    gate: asyncio.Semaphore,
    ready: asyncio.Semaphore,
    *,
    stamps: bool,
) -> None:
    """Open one socket, subscribe, and count."""
    async with gate:
        socket = await opened(url)
    ready.release()
    async for message in socket:
        now = time.time()
        text = str(message)
        if text.startswith('{"type":"update"'):
            seen.frames.append(now)
        seen.ends += text.count(END)
        if stamps:
            seen.delays += [now - float(stamp) for stamp in STAMP.findall(text)]


def rate(frames: list[float]) -> float:
    """Return frames a second once it is busy, which takes a few seconds to be seen."""
    busy = [at for at in frames if at - frames[0] > BUSY_AFTER]
    return (len(busy) - 1) / max(0.001, busy[-1] - busy[0]) if busy else 0.0


async def main(url: str, count: int, seconds: float) -> None:
    """Open the sockets, wait for the signal, listen, print."""
    sockets = [Seen() for _ in range(count)]
    await started(
        [
            partial(watch, url, seen, stamps=number % SAMPLE == 0)
            for number, seen in enumerate(sockets)
        ]
    )
    await asyncio.sleep(seconds)
    result = {
        "frames_s": [rate(seen.frames) for seen in sockets],
        "ends": [seen.ends for seen in sockets],
        "delays": [delay for seen in sockets for delay in seen.delays],
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    run(main)
