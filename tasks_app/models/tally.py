"""What happened to tasks, as numbers that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Self

from .histogram import MEDIAN, NEARLY_ALL, quantile

COUNTED: Final = (
    "started",
    "completed",
    "completed_with_errors",
    "failed",
    "cancelled",
)


@dataclass(slots=True)
class Tally:
    """How many attempts began and how tasks ended; how long they waited and ran.

    `waited` and `ran` count durations by bucket, see `histogram`.
    """

    started: int = 0
    completed: int = 0
    completed_with_errors: int = 0
    failed: int = 0
    cancelled: int = 0
    waited: Counter[int] = field(default_factory=Counter)
    ran: Counter[int] = field(default_factory=Counter)

    def add(self, other: Self) -> None:
        """Add what the other counted."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.waited.update(other.waited)
        self.ran.update(other.ran)

    @property
    def finished(self) -> int:
        """How many tasks their operation ended, well or badly; nobody called it off."""
        return self.completed + self.completed_with_errors + self.failed

    @property
    def failure_rate(self) -> float | None:
        """Which part of the finished failed, 0 to 1; None of none."""
        return self.failed / self.finished if self.finished else None

    @property
    def median_ran(self) -> float | None:
        """How many seconds an attempt ran that ended its task."""
        return quantile(self.ran, MEDIAN)

    @property
    def most_ran(self) -> float | None:
        """How many seconds 95 % of them did not exceed."""
        return quantile(self.ran, NEARLY_ALL)

    @property
    def median_waited(self) -> float | None:
        """How many seconds a task waited for an attempt."""
        return quantile(self.waited, MEDIAN)

    @property
    def most_waited(self) -> float | None:
        """How many seconds 95 % of them did not exceed."""
        return quantile(self.waited, NEARLY_ALL)

    def columns(self) -> dict[str, Any]:
        """Return it as it is stored: JSON knows no numbers as keys."""
        row: dict[str, Any] = {name: getattr(self, name) for name in COUNTED}
        for name in ("waited", "ran"):
            row[name] = {str(key): n for key, n in getattr(self, name).items()}
        return row

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        """Return what was stored; a histogram that was not read is empty."""
        counts = {name: row[name] for name in COUNTED}
        waited, ran = (
            Counter({int(key): n for key, n in (row[name] or {}).items()})
            for name in ("waited", "ran")
        )
        return cls(**counts, waited=waited, ran=ran)
