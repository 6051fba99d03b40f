"""The history: append-only, also for the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q

from tasks_app.events import Kind

from .clock import DatabaseNow
from .queries import sees_all

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


DETAIL: Final = "detail"  # in `data`: of an error, for who may see payloads


class TaskEventQuerySet(models.QuerySet["TaskEvent"]):
    """The words with which the history is asked for."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Events of the tasks that `user` may see."""
        if not user.is_active or user.pk is None:
            return self.none()
        return self if sees_all(user) else self.filter(task__owner_id=user.pk)

    def asked_in(self) -> str:
        """Return the id of the request that submitted the task; empty without one."""
        first = self.filter(version=1).values_list("request_id", flat=True)
        return first.first() or ""

    def between(self, position: int, last: int, *, before: int) -> Self:
        """Events after one place of the feed and before another, in its order."""
        later = Q(feed_position__gt=position) | Q(feed_position=position, pk__gt=last)
        window = self.filter(
            later, feed_position__gte=position, feed_position__lt=before
        )
        return window.order_by("feed_position", "pk")


class TaskEvent(models.Model):
    """One row per transition, step, non-fatal error or note.

    `actor` is a name and no foreign key: deleting a user must not rewrite history.
    """

    task = models.ForeignKey("tasks_app.Task", models.CASCADE, related_name="events")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_status = models.CharField(max_length=30, default="", blank=True)
    to_status = models.CharField(max_length=30, default="", blank=True)
    step = models.CharField(max_length=100, default="", blank=True)
    message = models.CharField(max_length=1000, default="", blank=True)
    data = models.JSONField(default=dict)
    attempt = models.PositiveIntegerField(default=0)
    actor = models.CharField(max_length=150, default="", blank=True)
    source = models.CharField(max_length=20, default="", blank=True)
    request_id = models.CharField(max_length=100, default="", blank=True)
    at = models.DateTimeField(db_default=DatabaseNow())
    feed_position = models.BigIntegerField(db_default=0)

    objects = TaskEventQuerySet.as_manager()

    class Meta:
        ordering = ["task", "version"]
        indexes = [models.Index(fields=["feed_position", "id"], name="event_feed")]
        constraints = [
            models.UniqueConstraint(fields=["task", "version"], name="event_version")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} v{self.version} {self.kind}"
