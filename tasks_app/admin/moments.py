"""A time on a page: how long ago, and exactly for who points at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .words import ago


@dataclass(frozen=True, slots=True)
class Moment:
    """What `moment.html` shows."""

    at: datetime

    @property
    def ago(self) -> str:
        return ago(self.at)
