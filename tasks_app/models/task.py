"""The task: one row that tells the truth about one requested piece of work."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import uuid_utils.compat
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from tasks_app.events import Source
from tasks_app.statuses import FINAL, Status, legal_actions

from .clock import ENDED, DatabaseNow
from .permitted import permitted_actions
from .queries import TaskQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def new_id() -> uuid.UUID:
    """Return a UUIDv7: sorts by the time it was made (RFC 9562, 5.7)."""
    return uuid_utils.compat.uuid7()


class Task(models.Model):
    """One row per requested piece of work; only `lifecycle` writes it.

    Each change that a watcher can see raises `version`. While a worker holds the task,
    `attempt` and `lease_token` are its proof.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        db_index=False,
    )
    source = models.CharField(max_length=20, choices=Source.choices)
    priority = models.PositiveSmallIntegerField(default=5)
    queue = models.CharField(max_length=50, default="default")
    params = models.JSONField(default=dict)
    upload = models.ForeignKey(
        "tasks_app.Upload", models.PROTECT, null=True, related_name="tasks"
    )
    original_filename = models.CharField(  # of the upload; a list joins nothing
        max_length=255, default="", db_default="", blank=True
    )
    batch = models.ForeignKey(
        "tasks_app.Batch", models.SET_NULL, null=True, related_name="tasks"
    )
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="retries"
    )
    idempotency_key = models.CharField(max_length=255, null=True)  # noqa: DJ001
    idempotency_hash = models.CharField(max_length=64, default="", blank=True)

    status = models.CharField(
        max_length=30, choices=Status.choices, default=Status.PENDING
    )
    status_updated_at = models.DateTimeField(db_default=DatabaseNow())
    version = models.PositiveIntegerField(default=1)
    progress_current = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(null=True)
    progress_message = models.CharField(max_length=500, default="", blank=True)
    step = models.CharField(max_length=100, default="", blank=True)
    position = models.JSONField(null=True)
    question = models.JSONField(null=True)  # what it asked, and the answer
    result = models.JSONField(null=True)
    error_code = models.CharField(max_length=100, default="", blank=True)
    error_message = models.CharField(max_length=1000, default="", blank=True)
    error_detail = models.TextField(default="", blank=True)

    attempt = models.PositiveIntegerField(default=0)
    # The number of the last try. A pause or a crash raises it, so that it uses up none.
    max_attempts = models.PositiveIntegerField(default=1)
    crash_count = models.PositiveSmallIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    lease_seconds = models.FloatField(null=True)  # LEASE_SECONDS of the claimant's own
    # External: a reporter does the work, and numbers what it reports in an attempt.
    external = models.BooleanField(default=False, db_default=False)
    report_number = models.PositiveBigIntegerField(default=0, db_default=0)
    report_token = models.UUIDField(null=True)  # the lease's, also when it has ended
    worker = models.CharField(max_length=200, default="", blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    pause_requested_at = models.DateTimeField(null=True)
    # A person wants it not to be cleaned up, however long ago it ended.
    kept = models.BooleanField(default=False, db_default=False)

    not_before = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=DatabaseNow())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # What `matching` searches; on PostgreSQL an index of trigrams is on it.
    searchable = models.GeneratedField(
        expression=Concat(
            "title",
            Value(" "),
            "original_filename",
            Value(" "),
            "progress_message",
            Value(" "),
            "error_message",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    # Where the last visible change stands in the feed.
    feed_position = models.BigIntegerField(db_default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [
            ("retry_task", "Can retry tasks of others"),
            ("cancel_task", "Can cancel tasks of others"),
            ("pause_task", "Can pause and resume tasks of others"),
            ("report_task", "Can report on external tasks"),
            ("view_task_payload", "Can see parameters and error details"),
        ]
        indexes = [
            models.Index(
                "status", F("created_at").desc(), F("id").desc(), name="t_status"
            ),
            models.Index(
                "owner", F("created_at").desc(), F("id").desc(), name="t_owner"
            ),
            models.Index(
                "operation", F("created_at").desc(), F("id").desc(), name="t_operation"
            ),
            models.Index(F("created_at").desc(), F("id").desc(), name="t_created"),
            models.Index(
                F("status_updated_at").desc(), F("id").desc(), name="t_changed"
            ),
            models.Index(ENDED.desc(), F("id").desc(), name="t_ended"),
            models.Index(
                "priority", F("created_at").desc(), F("id").desc(), name="t_priority"
            ),
            models.Index(
                "queue", F("created_at").desc(), F("id").desc(), name="t_queue"
            ),
            models.Index(
                "source", F("created_at").desc(), F("id").desc(), name="t_source"
            ),
            models.Index(fields=["operation", "status", "owner"], name="t_counts"),
            models.Index(
                fields=["external", "-priority", "created_at"],
                name="t_pending",
                condition=Q(status=Status.PENDING),
            ),
            models.Index(
                fields=["lease_expires_at"],
                name="t_leased",
                condition=Q(status=Status.PROCESSING),
            ),
            models.Index(fields=["expires_at"], name="t_expires"),
            models.Index(fields=["feed_position", "id"], name="t_feed"),
        ]
        constraints = [
            models.UniqueConstraint("owner", "idempotency_key", name="t_idempotency"),
            models.CheckConstraint(
                name="t_finished_at_iff_final",
                condition=Q(status__in=sorted(FINAL), finished_at__isnull=False)
                | (~Q(status__in=sorted(FINAL)) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="t_lease_iff_processing",
                condition=Q(status=Status.PROCESSING, lease_token__isnull=False)
                | (~Q(status=Status.PROCESSING) & Q(lease_token__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens unless a person retries the task."""
        return self.status in FINAL

    @property
    def percent(self) -> int | None:
        """How much is done in whole percent; None while the total is unknown."""
        if self.status in {Status.COMPLETED, Status.COMPLETED_WITH_ERRORS}:
            return 100
        if not self.progress_total:
            return None
        return min(100, self.progress_current * 100 // self.progress_total)

    @property
    def legal_actions(self) -> list[str]:
        """What the status allows, whoever asks."""
        return legal_actions(
            self.status,
            cancel_requested=self.cancel_requested_at is not None,
            pause_requested=self.pause_requested_at is not None,
            question=self.question,
            kept=self.kept,
        )

    def actions_for(self, user: User | AnonymousUser) -> list[str]:
        """Return what `user` may ask of this task now, most useful first."""
        permitted = permitted_actions(user, owns=self.owner_id == user.pk)
        return [action for action in self.legal_actions if action in permitted]

    def permits(self, user: User | AnonymousUser, action: str) -> bool:
        """Whether `user` may ask for `action`, now or in another status."""
        return action in permitted_actions(user, owns=self.owner_id == user.pk)
