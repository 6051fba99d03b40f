"""Keeps the numbers of each day that is over, and tells those of one day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import timezone

from tasks_app.errors import OperationError
from tasks_app.models import DailyStatistics
from tasks_app.models.daily import begin_of
from tasks_app.models.tally import COUNTED, Tally
from tasks_app.operations.statistics.daily import days_at_hand, fill, settled_until

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

FILE: Final = "daily-statistics.xlsx"
DAY: Final = timedelta(days=1)
HEADER: Final = (
    "Operation",
    "Started",
    "Completed",
    "With errors",
    "Failed",
    "Cancelled",
    "Failed in percent",
    "Half ran at most seconds",
    "95 % ran at most seconds",
    "Half waited at most seconds",
    "95 % waited at most seconds",
    "Finished the day before",
    "Failed the day before",
)


def carry_out(context: Context) -> dict[str, Any]:
    """Fill in what is missing, and return the totals of the day that is asked for."""
    context.step("adding_up_days")
    filled, waiting = _fill(context, timezone.now())
    day = _asked(context, waiting)
    now, before = (DailyStatistics.objects.tallies(each) for each in (day, day - DAY))
    context.step("writing_the_spreadsheet")
    with context.artifact(FILE, content_type=_content_type()) as path:
        _write(path, day, now, before)
    totals, earlier = _total(now), _total(before)
    said = f"{day}: {totals.finished:,} finished, {totals.failed:,} of them failed"
    context.progress(1, 1, said)
    return {
        "day": day.isoformat(),
        "time_zone": settings.TIME_ZONE,
        "totals": _told(totals),
        "day_before": _told(earlier),
        "change": {
            name: getattr(totals, name) - getattr(earlier, name)
            for name in (*COUNTED, "finished")
        },
        "operations": len(now),
        "days_added": [each.isoformat() for each in filled],
        "days_not_counted_yet": [each.isoformat() for each in waiting],
        "file": FILE,
    }


def _fill(context: Context, now: datetime) -> tuple[list[date], list[date]]:
    """Return the days that were added, and those that are not counted yet."""
    days, until = days_at_hand(now), settled_until(now)
    filled, waiting = [], []
    for number, day in enumerate(days, 1):
        if begin_of(day + DAY) > until:
            waiting.append(day)
        elif fill(day, now=now):
            filled.append(day)
        context.progress(number, len(days), f"Added up {day.isoformat()}")
    return filled, waiting


def _asked(context: Context, waiting: list[date]) -> date:
    """Return the day to tell of: the last one that is counted, if none is named."""
    if named := context.params.get("day"):
        day = date.fromisoformat(named)
        if not DailyStatistics.objects.filter(day=day).exists():
            raise OperationError(
                f"There are no numbers of {day.isoformat()}. They are kept from the day"
                " on which this was first run, and of the month before it.",
                code="no_numbers",
            )
        return day
    yesterday = timezone.localdate(timezone=timezone.get_default_timezone()) - DAY
    return waiting[0] - DAY if waiting else yesterday


def _write(
    path: Path, day: date, now: dict[str, Tally], before: dict[str, Tally]
) -> None:
    # Not at the top: only workers need it.
    from tasks_app.operations.contracts.workbook import workbook

    with workbook(path, title=day.isoformat(), header=HEADER) as book:
        for operation in sorted(now.keys() | before.keys()):
            row = _row(now.get(operation, Tally()), before.get(operation, Tally()))
            book.write([[operation, *row]])
        book.write([["All", *_row(_total(now), _total(before))]])


def _row(tally: Tally, before: Tally) -> list[object]:
    rate = None if tally.failure_rate is None else tally.failure_rate * 100
    spans = (tally.median_ran, tally.most_ran, tally.median_waited, tally.most_waited)
    return [
        *(getattr(tally, name) for name in COUNTED),
        *(None if n is None else round(Decimal(n), 2) for n in (rate, *spans)),
        before.finished,
        before.failed,
    ]


def _told(tally: Tally) -> dict[str, Any]:
    rate = tally.failure_rate
    return {
        **{name: getattr(tally, name) for name in COUNTED},
        "finished": tally.finished,
        "failure_rate": None if rate is None else round(rate, 4),
        "half_ran_at_most_seconds": tally.median_ran,
        "most_ran_at_most_seconds": tally.most_ran,
        "half_waited_at_most_seconds": tally.median_waited,
        "most_waited_at_most_seconds": tally.most_waited,
    }


def _total(tallies: dict[str, Tally]) -> Tally:
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    return total


def _content_type() -> str:
    from tasks_app.operations.contracts.workbook import TYPE

    return TYPE
