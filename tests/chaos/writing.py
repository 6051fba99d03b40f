"""Changes made by another process while a test goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .profile import PROFILE

if TYPE_CHECKING:
    from tests.processes import Processes
    from tests.servers import RedisServer

THREADS = 2


async def write(
    processes: Processes, redis: RedisServer, *, changes: int, seed: int
) -> int:
    """Let a writer make `changes`, and return how many it made."""
    numbers = map(str, (changes, THREADS, seed))
    done = await asyncio.to_thread(
        processes.python,
        "-m",
        "tests.chaos.writer",
        *numbers,
        seconds=PROFILE.limit_seconds,
        REDIS_URL=redis.url,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
