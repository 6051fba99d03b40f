"""The numbers of the dashboard in words, its charts, and its table of operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tasks_app.models.load import Load
from tasks_app.models.overview import Course, Overview

from .charts import UNKNOWN, Chart, Line, duration, spark
from .words import counted, lasting

BAR: Final = 120  # units of width that the longest duration takes
THIN: Final = 2  # of the same: still to be seen
MOST: Final = 50  # operations
SMALL: Final = (100, 24)  # width and height of a small line


@dataclass(frozen=True, slots=True)
class Number:
    """`tone` is good or bad, which the sign of the note says, too."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """A line of the table of operations; the bars are units of the widest."""

    name: str
    title: str
    runs: str
    failed: str
    durations: str
    median: str
    most: str
    line: str


def numbers(seen: Overview, now: Load, *, slots: int) -> list[Number]:
    """Return the five numbers on top."""
    total = seen.all.total
    return [
        Number("Running", f"{now.running:,}", _of(slots)),
        Number("Queued", f"{now.queued:,}", _oldest(now)),
        _finished(seen),
        _failed(seen),
        Number(
            "Median duration",
            duration(total.median_ran),
            f"95 % within {duration(total.most_ran)}" if total.ran else "nothing ran",
        ),
    ]


def charts(seen: Overview) -> list[Chart]:
    """Return the lines of what ended, and of how long it took."""
    tallies = list(seen.all.points.values())
    words = seen.range.words
    total = seen.all.total
    times, is_long = list(seen.all.points), seen.range.span.days >= 1
    return [
        Chart(
            "ended",
            f"Finished and failed per {seen.range.per}",
            f"In the last {words} {counted(total.finished, 'task')} finished, of which"
            f" {total.failed:,} failed. The table below has each number.",
            "tasks",
            times=times,
            is_long=is_long,
            lines=[
                Line("finished", "finished", [each.finished for each in tallies]),
                Line(
                    "failed",
                    "failed",
                    [each.failed for each in tallies],
                    is_broken=True,
                ),
            ],
        ),
        Chart(
            "took",
            "Waiting and running time",
            f"In the last {words} half of the tasks waited no longer than"
            f" {duration(total.median_waited)} and ran no longer than"
            f" {duration(total.median_ran)}. The table below has each number.",
            "seconds",
            times=times,
            is_long=is_long,
            lines=[
                Line("waited", "waited, median", [t.median_waited for t in tallies]),
                Line(
                    "waited",
                    "waited, 95 %",
                    [t.most_waited for t in tallies],
                    is_broken=True,
                ),
                Line("ran", "ran, median", [t.median_ran for t in tallies]),
                Line("ran", "ran, 95 %", [t.most_ran for t in tallies], is_broken=True),
            ],
        ),
    ]


def operations(seen: Overview, titles: Mapping[str, str]) -> list[Ran]:
    """Return a line for each operation of which a task finished, the busiest first."""
    found = [(n, c) for n, c in seen.operations.items() if c.total.finished]
    found.sort(key=lambda item: -item[1].total.finished)
    found = found[:MOST]
    longest = max((course.total.most_ran or 0 for _, course in found), default=0)
    return [_ran(n, titles.get(n, n), c, BAR / (longest or 1)) for n, c in found]


def _ran(name: str, title: str, course: Course, unit: float) -> Ran:
    total = course.total
    median, most = total.median_ran or 0, total.most_ran or 0
    return Ran(
        name,
        title,
        f"{total.finished:,}",
        _percent(total.failure_rate),
        _span(duration(total.median_ran), duration(total.most_ran)),
        f"{max(THIN, median * unit):.1f}",
        f"{max(THIN, most * unit):.1f}",
        spark([each.finished for each in course.points.values()], *SMALL),
    )


def _span(median: str, most: str) -> str:
    return median if median == most else f"{median} to {most}"


def _of(slots: int) -> str:
    return f"of {counted(slots, 'slot')}" if slots else "no worker is there"


def _oldest(now: Load) -> str:
    if now.waits is None:
        return "all are delayed" if now.queued else "nothing waits"
    return f"the oldest waits {lasting(now.waits)}"


def _finished(seen: Overview) -> Number:
    change, words = seen.finished_change, seen.range.words
    note = f"none in the {words} before"
    if change is not None:
        percent = round(change * 100)
        note = f"{percent:+,} % on" if percent else "as many as in"
        note = f"{note} the {words} before"
    label = f"Finished, {seen.range.label}"
    return Number(label, f"{seen.all.total.finished:,}", note)


def _failed(seen: Overview) -> Number:
    change, note, tone = seen.failure_change, "nothing to compare with", ""
    if change is not None:
        points = round(change * 100, 1)
        tone = "bad" if points > 0 else "good" if points < 0 else ""
        note = f"{points:+.1f} points" if points else "as before"
    rate = _percent(seen.all.total.failure_rate)
    return Number("Failure rate", rate, note, tone)


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share * 100:.1f} %"
