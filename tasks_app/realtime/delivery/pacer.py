"""When a socket may send: at once while little happens, four times a second while much.

A frame that went at once is followed by a short pause. Whatever had to wait for its
end shows that much is happening, and is followed by a long one that merges changes. So
are those after it, until nothing came for as long as a long pause once it was over. A
frame that did not wait, for a final status, is made up for by the pause after it.

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
SOON_SECONDS: Final = 0.05  # before a final status; not again in the pause after it
LENT_SECONDS: Final = 2 * FLUSH_SECONDS - SOON_SECONDS  # that pause

Queue = deque[tuple[float, "Viewer | Cohort"]]


class Pacer:
    """Flushes viewers when they are due."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._urgent: Queue = deque()
        self._short: Queue = deque()
        self._long: Queue = deque()
        self._lent: Queue = deque()
        self._timer: asyncio.Handle | None = None
        self._rings_at = 0.0

    def wants(self, viewer: Viewer | Cohort, *, soon: bool = False) -> None:
        """Send what waits for `viewer`, now or when it is due."""
        now = self._loop.time()
        if now >= viewer.free_at:
            if not viewer.flush():
                if viewer.waits:  # the client does not keep up
                    self._pause(self._long, viewer, now + FLUSH_SECONDS)
            elif now < viewer.calm_at:
                self._pause(self._long, viewer, now + FLUSH_SECONDS)
            else:
                self._pause(self._short, viewer, now + SHORT_SECONDS)
        elif soon and not viewer.urgent:
            viewer.urgent = True
            self._wait(self._urgent, now + SOON_SECONDS, viewer)

    def _pause(self, queue: Queue, viewer: Viewer | Cohort, end: float) -> None:
        viewer.free_at = end
        if queue is not self._short:
            viewer.calm_at = end + FLUSH_SECONDS
        self._wait(queue, end, viewer)

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
                if queue is self._urgent:
                    self._hurry(viewer, now, asked_at=due - SOON_SECONDS)
                elif due >= viewer.free_at:
                    self._end_pause(viewer, now)
        waiting = [queue[0][0] for queue in self._queues if queue]
        if waiting:
            self._wind(min(waiting))

    def _end_pause(self, viewer: Viewer | Cohort, now: float) -> None:
        viewer.urgent = False
        if viewer.waits:
            viewer.flush()
            self._pause(self._long, viewer, now + FLUSH_SECONDS)

    def _hurry(self, viewer: Viewer | Cohort, now: float, *, asked_at: float) -> None:
        """Send what ended, unless it went with a frame since."""
        if viewer.urgent and viewer.waits and asked_at + FLUSH_SECONDS > viewer.free_at:
            viewer.flush()
            self._pause(self._lent, viewer, now + LENT_SECONDS)

    @property
    def _queues(self) -> tuple[Queue, Queue, Queue, Queue]:
        return self._urgent, self._short, self._long, self._lent
