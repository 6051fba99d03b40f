"""Who works: the Celery workers that were seen lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Self

from django.db import models

from tasks_app.conf import setting

from .clock import DatabaseNow

MISSED: Final = 3  # beats after which a worker counts as gone


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Reads only; a worker writes its own row, by `lifecycle`."""

    def alive(self) -> Self:
        """Workers that were seen within three beats."""
        late = DatabaseNow() - timedelta(seconds=MISSED * setting("HEARTBEAT_SECONDS"))
        return self.filter(seen_at__gt=late)

    def served_queues(self) -> set[str]:
        """Return the queues that those who are alive read."""
        lists = self.alive().values_list("queues", flat=True)
        return {queue for queues in lists for queue in queues}


class Worker(models.Model):
    """One row for each process that takes tasks from the broker; its pool has none.

    One that stops takes its row away. One that was killed is no longer `alive`.
    """

    name = models.CharField(max_length=200, unique=True)  # node@host:process
    queues = models.JSONField(default=list)
    slots = models.PositiveIntegerField(default=1)  # tasks it runs at a time
    seen_at = models.DateTimeField(db_default=DatabaseNow())
    started_at = models.DateTimeField(db_default=DatabaseNow())

    objects = WorkerQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
