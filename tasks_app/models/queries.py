"""The words with which every part of the product asks for tasks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Coalesce, Length

from tasks_app.statuses import FINAL, Status

from .clock import DatabaseNow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser, User

    from .task import Task

LARGE = (
    "params",
    "result",
    "error_detail",
    "position",
    "searchable",
)  # columns no list needs

LOOKUPS = {  # of the parts of a filter
    "status": "status__in",
    "operation": "operation__in",
    "source": "source",
    "queue": "queue",
    "priority": "priority",
    "batch": "batch_id",
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
    "finished_after": "finished_at__gte",
    "finished_before": "finished_at__lt",
}

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# When it ended, to sort by: what has not comes last, newest first.
ENDED = Coalesce("finished_at", Value(LONG_AGO, models.DateTimeField()))

REPORT = "tasks_app.report_task"
PAYLOAD = "tasks_app.view_task_payload"

NEEDS = "needs"  # key of a position that lists ids of tasks

LARGEST_TOLD = 4096  # characters of a result that watchers are told without asking


class TaskQuerySet(models.QuerySet["Task"]):
    """Reads only; `lifecycle` writes."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Tasks `user` may see: their own; all of them for staff with `view_task`."""
        if not user.is_active or user.pk is None:
            return self.none()
        if sees_all(user):
            return self
        return self.filter(owner_id=user.pk)

    def reportable_by(self, user: User | AnonymousUser) -> Self:
        """External tasks, for who may report on them; of no other read do they show."""
        if user.is_active and user.has_perm(REPORT):
            return self.filter(external=True)
        return self.none()

    def for_list(self) -> Self:
        """Without the large columns, with what a row shows."""
        return self.defer(*LARGE).select_related("owner")

    def narrowed(
        self,
        *,
        owner: str = "",
        search: str = "",
        error_group: str = "",
        user: User | AnonymousUser | None = None,
        **wanted: Any,
    ) -> Self:
        """Tasks of this owner, with the text and the parts of `LOOKUPS`; empty: any.

        `user` is who asks, whom the owner `me` means.
        """
        given = {name: value for name, value in wanted.items() if value or value == 0}
        tasks = self.filter(**{LOOKUPS[name]: value for name, value in given.items()})
        tasks = tasks.ended_within(given)
        if owner:
            # A join would be asked task by task, of which an owner may have none.
            people = get_user_model().objects.filter(username=named(owner, user))
            tasks = tasks.filter(owner_id=people.values("pk")[:1])
        if error_group:
            tasks = tasks.failed_like(error_group)
        return tasks.matching(search) if search else tasks

    def ended_within(self, given: Mapping[str, Any]) -> Self:
        """Say the bounds of the end in the words of the index, too.

        The planner knows how `finished_at` is spread, but not what stands for none.
        """
        names = {"finished_after": "ended__gte", "finished_before": "ended__lt"}
        bounds = {names[name]: given[name] for name in names.keys() & given.keys()}
        return self.alias(ended=ENDED).filter(**bounds) if bounds else self

    def failed_like(self, group: str) -> Self:
        """Tasks that are failed with the error of this `FailureGroup`."""
        return self.filter(failure__group=group, failure__version=F("version"))

    def small_results(self) -> dict[UUID, Any]:
        """Return the results of those that ended, by id, where they are small."""
        ended = self.filter(status__in=FINAL).order_by()
        size = Length(Cast("result", models.TextField()))
        none = Q(result__isnull=True)
        small = ended.annotate(size=size).filter(none | Q(size__lte=LARGEST_TOLD))
        return dict(small.values_list("pk", "result"))

    def matching(self, text: str) -> Self:
        """Tasks whose title, file name, message, error or id contains `text`."""
        condition = Q(searchable__icontains=text)
        compact = text.replace("-", "").lower()
        if len(compact) == 32 and all(c in "0123456789abcdef" for c in compact):
            condition |= Q(pk=compact)
        return self.filter(condition)

    def due(self) -> Self:
        """Pending and allowed to start, most urgent first, then the oldest."""
        return self.filter(
            Q(not_before__isnull=True) | Q(not_before__lte=DatabaseNow()),
            status=Status.PENDING,
        ).order_by("-priority", "created_at")

    def unpublished(self, *, for_seconds: float) -> Self:
        """Due tasks nobody was told of, although that long has passed."""
        late = DatabaseNow() - timedelta(seconds=for_seconds)
        waiting = self.due().filter(external=False, published_at__isnull=True)
        return waiting.filter(status_updated_at__lte=late)

    def unclaimed(self, *, for_seconds: float) -> Self:
        """Due tasks that were published that long ago and that no worker took."""
        late = DatabaseNow() - timedelta(seconds=for_seconds)
        return self.due().filter(external=False, published_at__lte=late)

    def lease_expired(self) -> Self:
        """Processing tasks whose worker fell silent."""
        return self.filter(
            status=Status.PROCESSING, lease_expires_at__lte=DatabaseNow()
        )

    def cancel_overdue(self, *, grace_seconds: float) -> Self:
        """Processing tasks whose operation ignored a cancel for the grace time."""
        late = DatabaseNow() - timedelta(seconds=grace_seconds)
        return self.filter(status=Status.PROCESSING, cancel_requested_at__lte=late)

    def past_time_to_live(self) -> Self:
        """Final tasks whose time is over and that nobody keeps or needs."""
        over = self.filter(status__in=FINAL, expires_at__lte=DatabaseNow())
        return over.filter(kept=False).exclude(pk__in=self._needed())

    def _needed(self) -> list[UUID]:
        """Ids of tasks that the position of one which has not ended names."""
        unfinished = [status for status in Status if status not in FINAL]
        working = self.model.objects.filter(status__in=unfinished)  # by the index
        named = working.filter(position__has_key=NEEDS)
        lists = named.values_list(f"position__{NEEDS}", flat=True)
        texts = [text for ids in lists if isinstance(ids, list) for text in ids]
        return [pk for text in texts if (pk := _id(text)) is not None]


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def named(owner: str, user: User | AnonymousUser | None) -> str:
    """Return the user name of an owner; `me` is the `user` who asks."""
    return user.get_username() if user is not None and owner == "me" else owner


def sees_all(user: User | AnonymousUser) -> bool:
    """Whether `user` may see the tasks of others."""
    return bool(user.is_staff and user.has_perm("tasks_app.view_task"))


def sees_payload(user: User | AnonymousUser, task: Task) -> bool:
    """Whether `user` may see parameters and error details of the task, being staff."""
    sees = sees_all(user) or task.owner_id == user.pk
    return sees and opens_payloads(user)


def opens_payloads(user: User | AnonymousUser) -> bool:
    """Whether `user` may see those of the tasks they may see."""
    return bool(user.is_staff and user.has_perm(PAYLOAD))


def sees_upload(user: User | AnonymousUser, task: Task) -> bool:
    """Whether `user` may have the file that was given to the task."""
    reports = task.external and user.has_perm(REPORT)
    return task.owner_id == user.pk or reports or sees_payload(user, task)
