"""When a socket may send: at once when it was idle, then not before its pause is over.

All pauses are equally long, so they end in the order in which they began: two queues
and one timer serve every socket, where a timer each would cost more than the frames.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .viewer import Viewer

FLUSH_SECONDS: Final = 0.25  # the pause after a frame
SOON_SECONDS: Final = 0.05  # the pause before a final status


class Pacer:
    """Flushes viewers when they are due."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pauses: deque[tuple[float, Viewer]] = deque()
        self._urgent: deque[tuple[float, Viewer]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def wants(self, viewer: Viewer, *, soon: bool = False) -> None:
        """Send what waits for `viewer`, now or when it is due."""
        now = self._loop.time()
        if now >= viewer.free_at:
            self._flush(viewer, now)
        elif soon and not viewer.urgent:
            viewer.urgent = True
            self._urgent.append((now + SOON_SECONDS, viewer))
            self._wind()

    def _flush(self, viewer: Viewer, now: float) -> None:
        if not viewer.flush():
            return
        viewer.free_at = now + FLUSH_SECONDS
        self._pauses.append((viewer.free_at, viewer))
        self._wind()

    def _wind(self) -> None:
        """Set the timer for whoever is due first."""
        due = min(queue[0][0] for queue in (self._pauses, self._urgent) if queue)
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = self._loop.time()
        for queue in (self._urgent, self._pauses):
            for viewer in _due(queue, now):
                viewer.urgent = False
                if viewer.waits:
                    self._flush(viewer, now)
        if self._pauses or self._urgent:
            self._wind()


def _due(queue: deque[tuple[float, Viewer]], now: float) -> list[Viewer]:
    due = []
    while queue and queue[0][0] <= now:
        due.append(queue.popleft()[1])
    return due
