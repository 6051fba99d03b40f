"""Adds the sums of hours up to those of days, which are kept for good.

A day is the site's: in its time zone, 23 or 25 hours long when the clocks change. Where
days begin within an hour, quarters are added up; those are kept for a week only.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from tasks_app.models import DailyStatistics, Statistics, StatisticsPlace, TaskEvent
from tasks_app.models.daily import begin_of
from tasks_app.models.feed import settled
from tasks_app.models.statistics import HOUR, KEPT, QUARTER
from tasks_app.models.tally import COUNTED, Tally

SUMS: Final = (*COUNTED, "waited", "ran")
DAY: Final = timedelta(days=1)
# Past midnight: what began to be written before is by then, on any host's clock.
MARGIN: Final = timedelta(minutes=5)


def days_at_hand(now: datetime) -> list[date]:
    """Return the days that are over and of which all sums are still there."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    last = [today - number * DAY for number in range(1, KEPT[HOUR].days + 1)]
    return sorted(day for day in last if _grain(day, now))


def settled_until(now: datetime) -> datetime:
    """Return the moment before which everything that happened is in the sums."""
    place, feed = StatisticsPlace.objects.filter(pk=1).first(), settled()
    uncounted = TaskEvent.objects.all()
    if place is not None and place.epoch != feed.epoch:
        return datetime.min.replace(tzinfo=UTC)  # nobody knows before the keeper looked
    if place is not None:
        rest = Q(feed_position=place.position, pk__gt=place.last)
        uncounted = uncounted.filter(Q(feed_position__gt=place.position) | rest)
    first: datetime | None = uncounted.aggregate(first=Min("at"))["first"]
    return min(now - MARGIN, first or now)


def fill(day: date, *, now: datetime) -> bool:
    """Keep the numbers of a settled day; False when they were kept before.

    What is known is replaced only by more: a sum that some hours are missing from by
    now is never more in one number and less in none.
    """
    grain = _grain(day, now)
    if grain is None:
        return False
    with transaction.atomic():
        known = DailyStatistics.objects.select_for_update().tallies(day)
        found = _added_up(day, grain)
        fresh = {
            operation: tally
            for operation, tally in found.items()
            if operation not in known or _is_more(tally, known[operation])
        }
        DailyStatistics.objects.bulk_create(
            [
                DailyStatistics(day=day, operation=operation, **tally.columns())
                for operation, tally in fresh.items()
            ],
            update_conflicts=True,
            unique_fields=["day", "operation"],
            update_fields=SUMS,
        )
    return bool(fresh)


def _grain(day: date, now: datetime) -> int | None:
    """Return how long the spans are that make up the day; None without them."""
    begin, end = begin_of(day), begin_of(day + DAY)
    by_hour = all(moment.timestamp() % HOUR == 0 for moment in (begin, end))
    grain = HOUR if by_hour else QUARTER
    return grain if begin > now - KEPT[grain] else None


def _added_up(day: date, grain: int) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    spans = Statistics.objects.filter(
        grain=grain, at__gte=begin_of(day), at__lt=begin_of(day + DAY)
    )
    for row in spans.values("operation", *SUMS):
        found[row["operation"]].add(Tally.of(row))
    return found


def _is_more(tally: Tally, known: Tally) -> bool:
    pairs = [(getattr(tally, name), getattr(known, name)) for name in COUNTED]
    return tally != known and all(now >= before for now, before in pairs)
