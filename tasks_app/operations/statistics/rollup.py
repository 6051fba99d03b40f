"""Goes through the history in settled order and counts each event exactly once.

The sums and the place reached are one transaction: whoever dies in between has counted
nothing, and a second keeper waits for the first or finds nothing left to do. A keeper
that was away goes on where it was, some events at a time.
"""

from __future__ import annotations

import time
from typing import Final

from django.db import models, transaction

from tasks_app.models import StatisticsPlace, TaskEvent
from tasks_app.models.feed import Cursor, settled

from .counting import tallies
from .failures import keep_failures
from .sums import save

CHUNK: Final = 2_000  # events in one transaction
SECONDS: Final = 1.0  # a keeper has other things to do
READ: Final = (
    *("feed_position", "version", "kind", "from_status", "to_status", "message"),
    *("data", "at", "task__operation", "task__not_before"),
)


def catch_up(*, seconds: float = SECONDS) -> int:
    """Count what is settled and not counted yet, and return how many events it was.

    Begins no chunk when `seconds` have passed; the next call goes on from there.
    """
    end = time.monotonic() + seconds
    counted = 0
    while time.monotonic() < end and _waits():
        counted += _count_some()
    return counted


def _waits() -> bool:
    """Whether there is anything to count; a look that locks and writes nothing."""
    place, now = StatisticsPlace.objects.filter(pk=1).first(), settled()
    if place is None or place.epoch != now.epoch:
        return True
    return _after(place, now).exists()


def _count_some() -> int:
    with transaction.atomic():
        StatisticsPlace.objects.get_or_create(pk=1)
        place = StatisticsPlace.objects.select_for_update().get(pk=1)
        events = _next(place, settled())
        save(tallies(events))
        keep_failures(events)
        place.save()
    return len(events)


def _next(place: StatisticsPlace, now: Cursor) -> list[TaskEvent]:
    """Return the events to count next, and move the place behind them."""
    if place.epoch != now.epoch and (strays := _strays(place, now)):
        return strays
    events = list(_read(_after(place, now)))
    if events:
        place.position, place.last = events[-1].feed_position, events[-1].pk
        place.highest = max(place.highest, *(event.pk for event in events))
    return events


def _strays(place: StatisticsPlace, now: Cursor) -> list[TaskEvent]:
    """Return what the feed of another epoch has below the place.

    A database that was restored elsewhere gives low positions until its keeper lifts
    them. The sums came with it, so all else goes on as before.
    """
    later = TaskEvent.objects.filter(pk__gt=place.highest)
    events = list(_read(later.filter(feed_position__lt=place.position).order_by("pk")))
    if len(events) < CHUNK:
        place.epoch = now.epoch
    if events:
        place.highest = events[-1].pk
    return events


def _after(place: StatisticsPlace, now: Cursor) -> models.QuerySet[TaskEvent]:
    return TaskEvent.objects.between(place.position, place.last, before=now.position)


def _read(events: models.QuerySet[TaskEvent]) -> models.QuerySet[TaskEvent]:
    return events.select_related("task").only(*READ)[:CHUNK]
