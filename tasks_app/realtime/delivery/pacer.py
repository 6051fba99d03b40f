"""When a socket may send: at once while little happens, four times a second while much.

A frame that went at once is followed by a short pause. Whatever had to wait for its
end shows that much is happening, and is followed by a long one that merges changes.

Pauses of one length end in the order in which they began: a queue for each length and
one timer serve every socket, where a timer each would cost more than the frames.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .cohort import Cohort
    from .viewer import Viewer

FLUSH_SECONDS: Final = 0.25  # the pause while much happens
SHORT_SECONDS: Final = 0.1  # the pause while little happens
SOON_SECONDS: Final = 0.05  # before a final status, whatever happens

Queue = deque[tuple[float, "Viewer | Cohort"]]


class Pacer:
    """Flushes viewers when they are due."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._urgent: Queue = deque()
        self._short: Queue = deque()
        self._long: Queue = deque()
        self._timer: asyncio.Handle | None = None
        self._rings_at = 0.0

    def wants(self, viewer: Viewer | Cohort, *, soon: bool = False) -> None:
        """Send what waits for `viewer`, now or when it is due."""
        now = self._loop.time()
        if now >= viewer.free_at:
            if viewer.flush():
                viewer.free_at = now + SHORT_SECONDS
                self._wait(self._short, viewer.free_at, viewer)
            elif viewer.waits:  # the client does not keep up
                viewer.free_at = now + FLUSH_SECONDS
                self._wait(self._long, viewer.free_at, viewer)
        elif soon and not viewer.urgent:
            viewer.urgent = True
            self._wait(self._urgent, now + SOON_SECONDS, viewer)

    def _wait(self, queue: Queue, due: float, viewer: Viewer | Cohort) -> None:
        queue.append((due, viewer))
        if self._timer is None or due < self._rings_at:
            self._wind(due)

    def _wind(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = due
        self._timer = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        """Flush who waited and is due; then wind the timer for the next."""
        self._timer = None
        now = self._loop.time()
        for queue in self._queues:
            while queue and queue[0][0] <= now:
                due, viewer = queue.popleft()
                if queue is self._urgent or due >= viewer.free_at:
                    self._end_pause(viewer, now)
        waiting = [queue[0][0] for queue in self._queues if queue]
        if waiting:
            self._wind(min(waiting))

    def _end_pause(self, viewer: Viewer | Cohort, now: float) -> None:
        viewer.urgent = False
        if viewer.waits:
            viewer.flush()
            viewer.free_at = now + FLUSH_SECONDS
            self._long.append((viewer.free_at, viewer))

    @property
    def _queues(self) -> tuple[Queue, Queue, Queue]:
        return self._urgent, self._short, self._long
