"""Files that go into tasks and come out of them, and what groups tasks."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tasks_app.statuses import FINAL

from .clock import DatabaseNow
from .task import Task, new_id


def upload_to(instance: Upload, filename: str) -> str:
    """Return a name of our own: nothing of a user's file name reaches the disk."""
    return f"uploads/{uuid.uuid4().hex}{Path(filename).suffix.lower()[:10]}"


def artifact_to(instance: Artifact, filename: str) -> str:
    """Return a name of our own; the row knows the task."""
    return f"artifacts/{uuid.uuid4().hex}{Path(filename).suffix.lower()[:10]}"


class UploadQuerySet(models.QuerySet["Upload"]):
    """Questions about files that were given to tasks."""

    def unneeded(self, *, for_at_least: timedelta) -> UploadQuerySet:
        """Those that no task has, and that came that long ago."""
        needed = Task.objects.filter(upload=OuterRef("pk"))
        old = self.filter(created_at__lte=DatabaseNow() - for_at_least)
        return old.filter(~Exists(needed))


class Upload(models.Model):
    """A file given to a task."""

    file = models.FileField(upload_to=upload_to)
    original_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="uploads"
    )
    created_at = models.DateTimeField(db_default=DatabaseNow())

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["file"], name="upload_file")]

    def __str__(self) -> str:
        return self.original_name

    @property
    def path(self) -> Path:
        """Where the file lies on this host's disk."""
        return Path(self.file.path)


class ArtifactQuerySet(models.QuerySet["Artifact"]):
    """Questions about files that tasks produced."""

    def lasting(self) -> ArtifactQuerySet:
        """Those that can still be downloaded."""
        lasts = Q(expires_at=None) | Q(expires_at__gt=DatabaseNow())
        return self.filter(lasts | Q(task__kept=True))

    def expired(self) -> ArtifactQuerySet:
        """Those that cannot, of tasks that have ended and that nobody keeps.

        With the title of the task, and nothing else of it.
        """
        over = self.filter(expires_at__lte=DatabaseNow())
        ended = over.filter(task__status__in=FINAL, task__kept=False)
        known = ("file", "name", "size", "expires_at", "task__title")
        return ended.select_related("task").only(*known)


class Artifact(models.Model):
    """A file a task produced; it can be downloaded until it expires, if it does.

    One whose task is kept does not.
    """

    task = models.ForeignKey("tasks_app.Task", models.CASCADE, related_name="artifacts")
    file = models.FileField(upload_to=artifact_to)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64, default="", db_default="")
    content_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=DatabaseNow())
    expires_at = models.DateTimeField(null=True)

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "name"], name="artifact_name")
        ]
        indexes = [
            models.Index(fields=["file"], name="artifact_file"),
            models.Index(
                fields=["expires_at"],
                name="artifact_expires",
                condition=Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Whether it can no longer be downloaded."""
        if self.expires_at is None or self.expires_at > timezone.now():
            return False
        return not self.task.kept


class Batch(models.Model):
    """Tasks that were submitted together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="batches"
    )
    created_at = models.DateTimeField(db_default=DatabaseNow())

    def __str__(self) -> str:
        return self.title
