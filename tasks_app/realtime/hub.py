"""One subscription to the channel layer per server process, for all its sockets."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from channels.layers import channel_layers

from tasks_app.events import TASKS_GROUP

if TYPE_CHECKING:
    from .viewer import Viewer

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0  # after the layer failed


class Hub:
    """Hands every batch of changes to the sockets of this event loop."""

    def __init__(self) -> None:
        self._viewers: set[Viewer] = set()
        self._listener: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def join(self, viewer: Viewer) -> None:
        """Add a socket; returns once changes reach it."""
        self._viewers.add(viewer)
        if self._listener is None or self._listener.done():
            self._ready.clear()
            self._listener = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._ready.wait(), AGAIN_SECONDS)
        except TimeoutError:
            logger.warning(
                "The channel layer does not answer; a socket starts without."
            )

    def leave(self, viewer: Viewer) -> None:
        """Remove a socket; the last one ends the subscription."""
        self._viewers.discard(viewer)
        viewer.close()
        if not self._viewers and self._listener is not None:
            self._listener.cancel()
            self._listener = None

    async def _listen(self) -> None:
        layer = channel_layers.make_backend("default")
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(TASKS_GROUP, channel)
                self._ready.set()
                while True:
                    message = await layer.receive(channel)
                    for viewer in list(self._viewers):
                        viewer.offer(message["tasks"], message["removed"])
            except OSError as error:
                logger.warning("The channel layer failed: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [known for known in _hubs if known.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub()
    return _hubs[loop]
