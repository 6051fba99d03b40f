"""How many tasks have which status, at the same cost however many there are.

The database itself adds a row of differences for each change: triggers do, so that no
writer can forget it, and nobody waits for anybody, since none of these rows is ever
updated. The keeper folds differences into sums. A count is the sum of what is there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, Sum

from tasks_app.statuses import Status

from .queries import named, sees_all
from .task import Task

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

MOST_READ: Final = 10_000  # rows that are looked at where there is no sum to be had
SUMMED: Final = {"operation", "owner"}  # the parts of a filter of which there are sums


class Scope(models.TextChoices):
    """What the number of a row is about."""

    CHANGE = "change"  # a difference, to be added to both sums
    OWNER = "owner"  # the tasks of one owner
    ALL = "all"  # everybody's


@dataclass(frozen=True, slots=True)
class Counts:
    """Statuses without any task are left out. Not exact: at least so many."""

    by_status: dict[str, int]
    is_exact: bool


class TaskCountQuerySet(models.QuerySet["TaskCount"]):
    """Adds up; the database and `lifecycle.fold_counts` write."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Numbers of the tasks that `user` may see, as the tasks' own rule has it."""
        if not user.is_active or user.pk is None:
            return self.none()
        if sees_all(user):
            return self.filter(scope__in=["change", "all"])
        return self.filter(owner_id=user.pk)

    def owned(self, name: str, *, by: User | AnonymousUser) -> Self:
        """Numbers of this owner's tasks, as far as somebody may see them."""
        if not by.is_active:
            return self.none()
        people = get_user_model().objects.filter(username=named(name, by))
        if not sees_all(by):
            people = people.filter(pk=by.pk)
        return self.filter(owner_id=people.values("pk")[:1])

    def pending(self) -> int:
        """Return how many tasks of all wait, or are not due yet."""
        rows = self.filter(scope__in=["change", "all"], status=Status.PENDING)
        return int(rows.aggregate(total=Sum("number"))["total"] or 0)

    def totals(self) -> list[tuple[str, str, int]]:
        """Return operation, status and number, where there are any."""
        groups = self.order_by().values_list("operation", "status")
        rows = groups.annotate(total=Sum("number")).filter(total__gt=0)
        return [(operation, status, int(total)) for operation, status, total in rows]


class TaskCount(models.Model):
    """A difference or a sum; what is said of it is only true of all rows together."""

    scope = models.CharField(max_length=10, choices=Scope.choices)
    owner_id = models.IntegerField(null=True)
    operation = models.CharField(max_length=100)
    status = models.CharField(max_length=30)
    number = models.BigIntegerField()

    objects = TaskCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["owner_id"],
                name="count_owner",
                condition=Q(owner_id__isnull=False),
            ),
            models.Index(
                fields=["scope"],
                name="count_scope",
                condition=Q(scope__in=["change", "all"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.status}"


def summary(user: User | AnonymousUser) -> list[tuple[str, str, int]]:
    """Return operation, status and number of the tasks that `user` may see."""
    return TaskCount.objects.visible_to(user).totals()


def counts(user: User | AnonymousUser, **narrowed: Any) -> Counts:
    """Return how many tasks of each status `user` may see, of those a filter leaves.

    `narrowed` is as for `TaskQuerySet.narrowed`. By operation and owner, or without a
    filter, the numbers are exact; else at most MOST_READ tasks are counted.
    """
    given = {name: value for name, value in narrowed.items() if value or value == 0}
    if set(given) <= SUMMED:
        return Counts(_summed(user, **given), is_exact=True)
    tasks = Task.objects.visible_to(user).narrowed(user=user, **given)
    read = list(tasks.order_by().values_list("status", flat=True)[: MOST_READ + 1])
    return Counts(dict(Counter(read)), is_exact=len(read) <= MOST_READ)


def _summed(
    user: User | AnonymousUser, *, operation: Any = (), owner: str = ""
) -> dict[str, int]:
    rows = TaskCount.objects.all()
    rows = rows.owned(owner, by=user) if owner else rows.visible_to(user)
    if operation:
        rows = rows.filter(operation__in=operation)
    found: Counter[str] = Counter()
    for _, status, number in rows.totals():
        found[status] += number
    return dict(found)
