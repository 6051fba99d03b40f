"""What happened in each span of time, counted once and kept when its tasks are gone.

`operations.statistics` counts the history in settled order; the place it has come to is
saved together with the sums.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models

MINUTE: Final = 60  # seconds
QUARTER: Final = 900
HOUR: Final = 3600
# How long spans of each length are kept; the same events are counted in all of them.
KEPT: Final = {
    MINUTE: timedelta(days=2),
    QUARTER: timedelta(days=8),
    HOUR: timedelta(days=35),
}


def span_of(moment: datetime, grain: int) -> datetime:
    """Return the beginning of the span of `grain` seconds that holds `moment`."""
    since = int(moment.timestamp()) // grain * grain
    return datetime.fromtimestamp(since, tz=moment.tzinfo)


class Counted(models.Model):
    """The columns of a `Tally` of one operation, whatever time it is of."""

    operation = models.CharField(max_length=100)
    started = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    completed_with_errors = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    waited = models.JSONField(default=dict)
    ran = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Statistics(Counted):
    """A `Tally` of one operation in a span of `grain` seconds that begins `at`."""

    grain = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "at", "operation"], name="statistics_span"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.at} +{self.grain} s"


class StatisticsPlace(models.Model):
    """One row: up to where the history is counted.

    Of the events at `position` those up to the id `last` are; `highest` is the highest
    id of all, by which those are found that a restored database wrote before its keeper
    lifted the positions.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.CharField(max_length=32, default="")
    position = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    highest = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.position}.{self.last}"
