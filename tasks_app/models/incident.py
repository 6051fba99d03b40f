"""Something that is wrong, from when it was noticed until it was well again."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from .alert import AlertRule
from .clock import DatabaseNow


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Reads only; `operations.alerts` writes."""

    def open(self) -> Self:
        """Those that are not over."""
        return self.filter(recovered_at=None)

    def quiet(self, *, for_seconds: float) -> Self:
        """Open ones of which nothing bad was seen for that long."""
        long_ago = DatabaseNow() - timedelta(seconds=for_seconds)
        return self.open().filter(good_since__lte=long_ago)


class Incident(models.Model):
    """One for each key while it is open, whoever notices it and however often.

    `facts` are what is to be said of it now, name by name. `count` is how often it
    turned bad: more than once when it was well in between, but never for long enough.
    """

    key = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    rule = models.ForeignKey(
        AlertRule, models.SET_NULL, null=True, related_name="incidents"
    )
    opened_at = models.DateTimeField("opened", db_default=DatabaseNow())
    seen_at = models.DateTimeField("last seen", db_default=DatabaseNow())
    good_since = models.DateTimeField(null=True)
    recovered_at = models.DateTimeField("recovered", null=True)
    count = models.PositiveIntegerField("turned bad", default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = [("end_incident", "Can end incidents by hand")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(recovered_at=None), name="incident_open"
            )
        ]
        indexes = [
            models.Index(fields=["-opened_at"], name="incident_newest"),
            models.Index(
                F("recovered_at").desc(),
                F("opened_at").desc(),
                F("id").desc(),
                name="incident_open_first",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.recovered_at is None
