"""What is kept of a file's content, to know it again when it comes once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef

from tasks_app.conf import setting
from tasks_app.statuses import FINAL, Status

from .clock import DatabaseNow
from .task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

FINISHED = (Status.COMPLETED, Status.COMPLETED_WITH_ERRORS)


class FingerprintQuerySet(models.QuerySet["Fingerprint"]):
    """The words with which earlier files are asked for."""

    def before(self, task: Task) -> Self:
        """Files of the same owner that other tasks finished with, newest first.

        Those of tasks that were pruned count: only their rows are gone.
        """
        unfinished = Task.objects.filter(owner=task.owner_id).exclude(
            status__in=FINISHED
        )
        mine = self.filter(owner=task.owner_id).exclude(task=task.pk)
        return mine.exclude(task__in=unfinished.values("pk")).order_by("-made_at")

    def outlived(self) -> Self:
        """Those past their time to live that no file is to be compared with any more.

        Their task is gone, or it ended without having processed the file.
        """
        unusable = [status for status in FINAL if status not in FINISHED]
        there = Task.objects.filter(pk=OuterRef("task")).exclude(status__in=unusable)
        limit = DatabaseNow() - setting("FINGERPRINT_TIME_TO_LIVE")
        old = self.filter(~Exists(there), made_at__lte=limit)
        return old.only("task", "name", "made_at")  # not its 16 KB

    def forget(self, tasks: Iterable[UUID]) -> None:
        """Drop what is kept of the files of these tasks."""
        self.filter(task__in=list(tasks)).delete()


class Fingerprint(models.Model):
    """A sketch of the rows of one file, far smaller than they are.

    `task` is no foreign key: the fingerprint outlives a task that is pruned, and goes
    when a person deletes it, when the account of the owner goes, or with time.
    """

    task = models.UUIDField(unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    lines = models.BinaryField()  # MinHash of whole rows
    shingles = models.BinaryField()  # MinHash of parts of rows
    keys = models.JSONField(default=list)  # columns that name a row, by table
    made_at = models.DateTimeField(db_default=DatabaseNow())

    objects = FingerprintQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("owner", F("made_at").desc(), name="fingerprint_newest"),
            models.Index(fields=["made_at", "id"], name="fingerprint_oldest"),
        ]

    def __str__(self) -> str:
        return self.name
