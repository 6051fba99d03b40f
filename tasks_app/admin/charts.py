"""Lines over time: as points for the script, as SVG without it, as rows of a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from typing import Final

from django.utils import timezone

from .words import lasting

WIDTH: Final = 600  # of the SVG, in units of its own
HEIGHT: Final = 160
UNKNOWN: Final = "\u2013"
SPARK: Final = 30  # points of a small line

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `name` gives its colour, and broken ones differ without it."""

    name: str
    label: str
    values: Numbers
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Several lines over the same times; `unit` is `tasks` or `seconds`."""

    name: str
    title: str
    summary: str
    unit: str
    times: Sequence[datetime]
    lines: Sequence[Line]
    is_long: bool = False  # over more than a day: a time alone does not say which

    @property
    def points(self) -> str:
        """Return what the script draws: times, then the values of each line."""
        times = [int(at.timestamp()) for at in self.times[self._drawn]]
        return json.dumps([times, *(line.values[self._drawn] for line in self.lines)])

    @property
    def paths(self) -> list[tuple[Line, str]]:
        """Return the lines as points of SVG, durations by their magnitude."""
        heights = [self._heights(line) for line in self.lines]
        known = [height for each in heights for height in each if height is not None]
        top, low = max(known, default=1), min(known, default=0)
        low = low if self.unit == "seconds" else 0
        span = top - low or 1
        return [
            (line, polyline([h if h is None else (h - low) / span for h in each]))
            for line, each in zip(self.lines, heights, strict=True)
        ]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """Return the table: a time and a cell for each line, the newest first."""
        pattern = "%a %d %b %H:%M" if self.is_long else "%H:%M"
        rows = [
            (
                timezone.localtime(at).strftime(pattern),
                [self._cell(line.values[index]) for line in self.lines],
            )
            for index, at in enumerate(self.times)
        ]
        return rows[::-1]

    @property
    def _drawn(self) -> slice:
        """All but the last point, which still goes on, as soon as there are others."""
        has_others = any(v for line in self.lines for v in line.values[:-1])
        return slice(-1) if has_others else slice(None)

    def _heights(self, line: Line) -> Numbers:
        values = line.values[self._drawn]
        if self.unit != "seconds":
            return values
        return [None if value is None else log(value) for value in values]

    def _cell(self, value: float | None) -> str:
        if value is None:
            return UNKNOWN
        return duration(value) if self.unit == "seconds" else f"{value:,}"


def polyline(shares: Numbers, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return the points of a line at these shares of the height; unknown: skipped."""
    step = width / max(1, len(shares) - 1)
    return " ".join(
        f"{index * step:.1f},{height - share * height:.1f}"
        for index, share in enumerate(shares)
        if share is not None
    )


def spark(values: Sequence[int], width: int, height: int) -> str:
    """Return a small line of at most thirty points, each the sum of its part."""
    size = -(-len(values) // SPARK)
    sums = [sum(values[at : at + size]) for at in range(0, len(values), size)]
    top = max(1, *sums)
    return polyline([each / top for each in sums], width=width, height=height)


def duration(seconds: float | None) -> str:
    """Return a duration in words; a dash where nothing is known."""
    if seconds is None:
        return UNKNOWN
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return lasting(timedelta(seconds=seconds))
