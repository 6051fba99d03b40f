"""Runs a coroutine at once, up to its first wait.

A frame for 1,500 sockets is 1,500 sends that hardly ever wait: the server writes to the
kernel's buffer and returns. Making a task of each costs more than the send itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


def start(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run `coroutine`; return a task for the rest when it had to wait, else None."""
    try:
        waits_for = coroutine.send(None)
    except StopIteration:
        return None
    return asyncio.ensure_future(_finish(_Rest(coroutine, waits_for)))


async def _finish(rest: _Rest) -> None:
    await rest


class _Rest:
    """What is left of a coroutine that already waits for a future."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            failure: BaseException | None = None
            try:
                yield self._waits_for
            except BaseException as error:  # noqa: BLE001  the coroutine decides
                failure = error
            try:
                self._waits_for = (
                    self._coroutine.throw(failure)
                    if failure
                    else self._coroutine.send(None)
                )
            except StopIteration:
                return
