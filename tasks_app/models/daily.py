"""What happened on each day, kept when its tasks and the sums of its hours are gone."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import models
from django.utils import timezone

from .statistics import Counted
from .tally import COUNTED, Tally


class DailyStatisticsQuerySet(models.QuerySet["DailyStatistics"]):
    """Reads only; the operation `maintenance.daily_statistics` writes."""

    def tallies(self, day: date) -> dict[str, Tally]:
        """Return what was counted on `day`, by operation."""
        rows = self.filter(day=day).order_by("operation")
        kept = rows.values("operation", *COUNTED, "waited", "ran")
        return {row["operation"]: Tally.of(row) for row in kept}


class DailyStatistics(Counted):
    """A `Tally` of one operation on a day of the site's TIME_ZONE, for good."""

    day = models.DateField()

    objects = DailyStatisticsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["day", "operation"], name="daily_statistics_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.day}"


def begin_of(day: date) -> datetime:
    """Return the instant at which `day` begins in the site's time zone.

    Where clocks skip midnight, it is the instant at which they do.
    """
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
