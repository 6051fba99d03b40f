"""The history: append-only, also for the database."""

from __future__ import annotations

from django.db import models

from tasks_app.events import Kind

from .clock import DatabaseNow


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

    class Meta:
        ordering = ["task", "version"]
        constraints = [
            models.UniqueConstraint(fields=["task", "version"], name="event_version")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} v{self.version} {self.kind}"
