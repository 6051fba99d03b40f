"""Reads the database from the event loop: in a thread, a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the blocking `read` returns; the loop's pool bounds how many run."""
    run = sync_to_async(_with_fresh_connection, thread_sensitive=False)
    result: T = await run(read, *args, **kwargs)
    return result


def _with_fresh_connection(read: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    # Threads of a pool outlive requests, whose end is when Django looks at connections.
    try:
        return read(*args, **kwargs)
    finally:
        close_old_connections()
