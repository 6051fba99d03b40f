"""How much a client may ask."""

from __future__ import annotations

from typing import Final

A_SECOND: Final = 50.0  # messages that a client may send on average
BURST: Final = 200.0  # and at once


class Bucket:
    """A token bucket: refills steadily, empties with each message."""

    __slots__ = ("_at", "_tokens")

    def __init__(self) -> None:
        self._tokens = BURST
        self._at = 0.0

    def take(self, now: float) -> bool:
        """Use one token at `now` (seconds, monotonic); False when there is none."""
        self._tokens = min(BURST, self._tokens + (now - self._at) * A_SECOND)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
