"""Whether a client keeps up: what it acknowledged, or how much it was sent unasked."""

from __future__ import annotations

from typing import Final

FRAMES: Final = 64  # that a client that acknowledges may be behind
SILENT_CHARACTERS: Final = 512_000  # in a window, to a client that never acknowledges
WINDOW_SECONDS: Final = 30.0


class Credit:
    """The account of one connection. Times are the event loop's, in seconds."""

    __slots__ = ("_acked", "_holds_back", "_stuck_since", "_window", "frame")

    def __init__(self, *, holds_back: bool) -> None:
        self.frame = 0
        self._acked: int | None = None
        self._holds_back = holds_back
        self._stuck_since: float | None = None
        self._window = (0.0, 0)  # when it began, characters sent in it

    def spend(self, size: int, now: float) -> None:
        """Note that so many characters were sent."""
        if self._holds_back:
            return
        began, so_far = self._window
        fresh = now - began > WINDOW_SECONDS
        self._window = (now, size) if fresh else (began, so_far + size)

    def ack(self, frame: int) -> None:
        """Note what the client has dealt with."""
        self._acked = max(self._acked or 0, min(frame, self.frame))
        self._stuck_since = None

    def is_spent(self, now: float, *, sending: bool) -> bool:
        """Whether to send nothing now; `sending` while the last text is on its way."""
        behind = self._acked is not None and self.frame - self._acked >= FRAMES
        if sending or behind:
            if self._stuck_since is None:
                self._stuck_since = now
            return True
        self._stuck_since = None
        began, size = self._window
        unchecked = self._acked is None and not self._holds_back
        return unchecked and size > SILENT_CHARACTERS and now - began <= WINDOW_SECONDS

    def stuck_for(self, now: float) -> float:
        """Return for how long the client has not taken anything."""
        return 0.0 if self._stuck_since is None else now - self._stuck_since
