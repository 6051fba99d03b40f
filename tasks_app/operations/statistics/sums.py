"""Adds what was counted to the rows of each span, and forgets the rows of long ago."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final

from django.utils import timezone

from tasks_app.models import FailureGroup, Statistics
from tasks_app.models.statistics import HOUR, KEPT, span_of
from tasks_app.models.tally import COUNTED, Tally

from .counting import Tallies

KEY: Final = ("grain", "at", "operation")
SUMS: Final = (*COUNTED, "waited", "ran")

Spans = dict[tuple[int, datetime, str], Tally]


def save(counted: Tallies) -> None:
    """Add the tallies to the spans that hold their minutes.

    Only one may do so at a time: the caller holds the lock of the place.
    """
    spans = _spans(counted)
    if not spans:
        return
    known = Statistics.objects.filter(
        grain__in=KEPT,
        at__in={at for _, at, _ in spans},
        operation__in={operation for _, _, operation in spans},
    )
    hours = {key for key in spans if key[0] == HOUR}
    for row in known.values(*KEY, *SUMS):
        key = (row["grain"], row["at"], row["operation"])
        hours.discard(key)
        if key in spans:
            spans[key].add(Tally.of(row))
    Statistics.objects.bulk_create(
        [
            Statistics(grain=grain, at=at, operation=operation, **tally.columns())
            for (grain, at, operation), tally in spans.items()
        ],
        update_conflicts=True,
        unique_fields=KEY,
        update_fields=SUMS,
    )
    if hours:  # a new one, so about once in an hour
        _forget()


def _spans(counted: Tallies) -> Spans:
    """Return the tallies by every span that holds them and is still kept."""
    now = timezone.now()
    spans: Spans = defaultdict(Tally)
    for (minute, operation), tally in counted.items():
        for grain, kept in KEPT.items():
            at = span_of(minute, grain)
            if at > now - kept:
                spans[grain, at, operation].add(tally)
    return spans


def _forget() -> None:
    now = timezone.now()
    for grain, kept in KEPT.items():
        Statistics.objects.filter(grain=grain, at__lte=now - kept).delete()
    old = FailureGroup.objects.filter(last_seen_at__lte=now - KEPT[HOUR])
    old.filter(failed__isnull=True).delete()
