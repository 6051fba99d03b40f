"""Which tasks failed alike, as long as they are failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import Count, Max, OuterRef, Subquery

MOST: Final = 10_000  # failures that are looked at to group them


class FailureGroup(models.Model):
    """One way to fail: an operation, an error code, and an error without its details.

    `id` is drawn from these three, so that the same failure always finds its group.
    """

    id = models.CharField(max_length=32, primary_key=True)
    operation = models.CharField(max_length=100)
    code = models.CharField(max_length=100)
    text = models.CharField(max_length=300)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Alike:
    """Tasks of one group that are failed: how many, since when, and the newest."""

    id: str
    operation: str
    code: str
    text: str
    first_seen_at: datetime
    count: int
    last_seen_at: datetime
    newest: UUID


class FailedTaskQuerySet(models.QuerySet["FailedTask"]):
    """Asks for what failed."""

    def grouped(
        self, *, since: datetime, operation: str = "", most: int = 10
    ) -> list[Alike]:
        """Return the largest groups of the tasks that failed since then and still are.

        Looks at no more than the newest 10,000 of these tasks.
        """
        recent = self.filter(at__gte=since)
        if operation:
            recent = recent.filter(group__operation=operation)
        recent = recent.order_by("-at")[:MOST]
        alike = self.filter(group=OuterRef("group")).order_by("-at")
        newest = Subquery(alike.values("pk")[:1], output_field=models.UUIDField())
        groups: Any = self.filter(pk__in=recent.values("pk")).values("group_id")
        groups = groups.annotate(count=Count("pk"), last=Max("at"), newest=newest)
        rows = groups.order_by("-count", "-last", "group_id").values_list(
            *("group_id", "group__operation", "group__code", "group__text"),
            *("group__first_seen_at", "count", "last", "newest"),
        )
        return [Alike(*row) for row in rows[:most]]


class FailedTask(models.Model):
    """A task that failed, in its group; `version` is the one it failed with.

    The row goes when its task is retried or deleted.
    """

    task = models.OneToOneField(
        "tasks_app.Task", models.CASCADE, primary_key=True, related_name="failure"
    )
    group = models.ForeignKey(
        FailureGroup, models.CASCADE, related_name="failed", db_index=False
    )
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = FailedTaskQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["group", "-at"], name="failed_group"),
            models.Index(fields=["-at"], name="failed_at"),
        ]

    def __str__(self) -> str:
        return str(self.task_id)
