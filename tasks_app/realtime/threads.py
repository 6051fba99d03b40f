"""Reads the database from the event loop: in a thread, a few at a time.

The threads keep their connections for a while. When everybody comes back at once, a new
connection for each answer would cost as much as the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

KEPT_SECONDS: Final = 60.0

P = ParamSpec("P")
T = TypeVar("T")


# What everybody waits for must not wait behind the searches of a few.
OWN: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hub")


async def in_thread(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the blocking `read` returns; the loop's pool bounds how many run."""
    run = sync_to_async(_with_fresh_connection, thread_sensitive=False)
    result: T = await run(read, *args, **kwargs)
    return result


async def in_own_thread(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same in one of the two threads that the hub keeps for itself."""
    run = sync_to_async(_with_fresh_connection, thread_sensitive=False, executor=OWN)
    result: T = await run(read, *args, **kwargs)
    return result


def _with_fresh_connection(read: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    close_old_connections()  # one that broke, or is old
    try:
        return read(*args, **kwargs)
    finally:
        connection.close_at = time.monotonic() + KEPT_SECONDS
        close_old_connections()  # one that broke just now
