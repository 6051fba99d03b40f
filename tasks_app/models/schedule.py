"""A rule that submits tasks again and again, and what became of each of its slots.

The rule itself is a `PeriodicTask` of django-celery-beat. `operations.schedules` writes
what is here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django_celery_beat.models import PeriodicTask

from tasks_app.conf import setting
from tasks_app.statuses import FINAL

from .clock import DatabaseNow
from .task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

# After which a slot counts as late; one that is older and unhandled was missed.
LATE: Final = timedelta(seconds=setting("LATE_SECONDS"))


class Missed(models.TextChoices):
    """What becomes of slots that passed while no beat was there."""

    SKIP = "skip", "Leave them out"
    ONCE = "once", "Make up for them with one task"
    ALL = "all", "Make up for each of them"


class Overlap(models.TextChoices):
    """What becomes of a slot while the task of an earlier one is not final."""

    ALLOW = "allow", "Submit another task"
    SKIP = "skip", "Leave the slot out"
    QUEUE = "queue", "Submit it when the earlier task has ended"


class Outcome(models.TextChoices):
    """What became of a slot."""

    SUBMITTED = "submitted", "Submitted"
    WAITING = "waiting", "Waits for the task before"
    MISSED = "missed", "Missed"
    OVERLAPPED = "overlapped", "Left out: the task before still ran"
    REFUSED = "refused", "Could not be submitted"


class Schedule(models.Model):
    """How the slots of a plan are treated, and up to where that has been done."""

    plan = models.OneToOneField(
        PeriodicTask, on_delete=models.CASCADE, related_name="schedule_of_tasks"
    )
    missed = models.CharField(
        max_length=10, choices=Missed.choices, default=Missed.ONCE
    )
    overlap = models.CharField(
        max_length=10, choices=Overlap.choices, default=Overlap.ALLOW
    )
    # The last slot that was dealt with, or the moment from which slots count; without
    # one the schedule is off.
    handled_until = models.DateTimeField(null=True, blank=True)
    rule = models.CharField(max_length=500, blank=True)  # that `handled_until` is of
    # In which the moment of a rule for once was typed; other rules have their own.
    zone = models.CharField(max_length=63, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return str(self.plan.name)


class ScheduleRunQuerySet(models.QuerySet["ScheduleRun"]):
    """Reads, and what must be written when tasks are removed."""

    def unfinished(self) -> Self:
        """Runs whose task is not final."""
        return self.filter(task__isnull=False).exclude(task__status__in=FINAL)

    def waiting(self) -> Self:
        """Slots that wait for an earlier task, oldest first."""
        return self.filter(outcome=Outcome.WAITING).order_by("slot")

    def let_go(self, tasks: Iterable[UUID]) -> None:
        """Keep the runs of `tasks`, which are about to be deleted, without them."""
        status = Task.objects.filter(pk=models.OuterRef("task")).values("status")
        runs = self.filter(task__in=tasks)
        runs.update(ended_as=models.Subquery(status), task=None)


class ScheduleRun(models.Model):
    """What became of one slot, once for each slot; also of a run by hand."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="runs"
    )
    slot = models.DateTimeField()  # when it was due; of a run by hand, when it was made
    is_manual = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_as = models.CharField(max_length=30, blank=True)  # of a task that is removed
    message = models.CharField(max_length=500, blank=True)
    noted_at = models.DateTimeField(db_default=DatabaseNow())

    objects = ScheduleRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-slot"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "slot"],
                condition=models.Q(is_manual=False),
                name="schedule_slot_once",
            )
        ]
        indexes = [
            models.Index(fields=["schedule", "-slot"], name="schedule_newest"),
            models.Index(
                fields=["schedule", "slot"],
                condition=models.Q(outcome="waiting"),
                name="schedule_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.slot:%Y-%m-%d %H:%M:%S}"

    @property
    def is_late(self) -> bool:
        """Whether it was submitted more than `LATE` after its slot."""
        noted: datetime = self.noted_at
        is_submitted = self.outcome == Outcome.SUBMITTED and not self.is_manual
        return is_submitted and noted - self.slot > LATE


class BeatQuerySet(models.QuerySet["Beat"]):
    """Reads only."""

    def alive(self) -> Self:
        """Beats that were seen within two of their periods."""
        late = DatabaseNow() - timedelta(seconds=2 * setting("HEARTBEAT_SECONDS"))
        return self.filter(seen_at__gt=late)


class Beat(models.Model):
    """One row for each beat: it writes it at least every `HEARTBEAT_SECONDS`.

    One that stops leaves its row, so that it is missed; a newer beat takes it away.
    """

    name = models.CharField(max_length=200, unique=True)  # host:process
    seen_at = models.DateTimeField(db_default=DatabaseNow())
    started_at = models.DateTimeField(db_default=DatabaseNow())
    # How late the last slot was when it was dealt with.
    lag_seconds = models.FloatField(default=0)

    objects = BeatQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
