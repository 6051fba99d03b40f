"""How it went in a range of time, from the sums that are kept: one query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, F, JSONField, Value, When
from django.utils import timezone

from .statistics import HOUR, MINUTE, QUARTER, Statistics, span_of
from .tally import COUNTED, Tally


@dataclass(frozen=True, slots=True)
class Range:
    """A range that people may choose, and how long each of its points is."""

    name: str
    label: str
    words: str
    span: timedelta
    grain: int  # seconds
    per: str


RANGES: Final = {
    each.name: each
    for each in (
        Range("15m", "15 min", "15 minutes", timedelta(minutes=15), MINUTE, "minute"),
        Range("2h", "2 h", "2 hours", timedelta(hours=2), MINUTE, "minute"),
        Range("24h", "24 h", "24 hours", timedelta(hours=24), QUARTER, "15 minutes"),
        Range("7d", "7 d", "7 days", timedelta(days=7), HOUR, "hour"),
    )
}
USUAL: Final = "2h"


@dataclass(slots=True)
class Course:
    """What happened in each point of a range, and in all of them."""

    points: dict[datetime, Tally]
    total: Tally = field(default_factory=Tally)

    def add(self, at: datetime, tally: Tally) -> None:
        """Add what happened in the point that begins `at`."""
        self.points[at].add(tally)
        self.total.add(tally)


@dataclass(slots=True)
class Overview:
    """How it went since the first point, and `before`: in a range of equal length."""

    range: Range
    operation: str
    since: datetime
    until: datetime
    all: Course
    before: Tally
    operations: dict[str, Course]

    @property
    def finished_change(self) -> float | None:
        """How much more finished per time than before: 0.1 is 10 % more."""
        if not self.before.finished:
            return None
        passed = (self.until - self.since) / self.range.span  # the last point goes on
        return self.all.total.finished / passed / self.before.finished - 1

    @property
    def failure_change(self) -> float | None:
        """By how much the failure rate differs from before, as a difference."""
        now, then = self.all.total.failure_rate, self.before.failure_rate
        return None if now is None or then is None else now - then


def overview(name: str, *, operation: str = "") -> Overview:
    """Return how it went in the range of this name, with one operation or all."""
    chosen = RANGES[name]
    until = timezone.now()
    last = span_of(until, chosen.grain)
    length = timedelta(seconds=chosen.grain)
    since = last + length - chosen.span
    times = [since + n * length for n in range(chosen.span // length)]
    whole, before, operations = _course(times), Tally(), dict[str, Course]()
    for row in _rows(chosen, since, operation):
        tally = Tally.of(row)
        if row["at"] < since:
            before.add(tally)
            continue
        one = operations.setdefault(row["operation"], _course(times))
        for course in (whole, one):
            course.add(row["at"], tally)
    return Overview(chosen, operation, since, until, whole, before, operations)


def _course(times: list[datetime]) -> Course:
    return Course({at: Tally() for at in times})


def _rows(chosen: Range, since: datetime, operation: str) -> Any:
    """Return the rows of the range and of the one before, these without durations."""
    rows = Statistics.objects.filter(
        grain=chosen.grain, at__gte=since - chosen.span, at__lt=since + chosen.span
    )
    if operation:
        rows = rows.filter(operation=operation)
    durations = {
        f"{name}_now": Case(
            When(at__gte=since, then=F(name)), default=Value(None, JSONField())
        )
        for name in ("waited", "ran")
    }
    found = rows.annotate(**durations).values("at", "operation", *COUNTED, *durations)
    for row in found:
        yield row | {"waited": row["waited_now"], "ran": row["ran_now"]}
