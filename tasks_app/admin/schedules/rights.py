"""Who may do what with schedules; who may not see them is told that there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404

from tasks_app.models import Schedule
from tasks_app.operations.schedules import readable

from .plans import operation_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.db.models import QuerySet

    from tasks_app.operations.registry import Operation

RELATED: Final = ("plan", "plan__crontab", "plan__interval", "plan__clocked")


def may(user: User | AnonymousUser, verb: str) -> bool:
    """Whether `user` may view, add, change or delete schedules."""
    return bool(user.is_active and user.has_perm(f"tasks_app.{verb}_schedule"))


def may_use(user: User | AnonymousUser, kind: Operation | None) -> bool:
    """Whether `user` could submit the operation by hand."""
    return kind is not None and kind.open_to(user)


def may_run(user: User | AnonymousUser, schedule: Schedule) -> bool:
    """Whether `user` may let it submit a task now."""
    return may(user, "change") and may_use(user, operation_of(schedule.plan))


def visible(user: User | AnonymousUser) -> QuerySet[Schedule]:
    """Return the schedules; raises Http404 for who may not see them."""
    if not may(user, "view"):
        raise Http404("There is no such page, or you may not see it.")
    return Schedule.objects.select_related(*RELATED)


def found(pk: int, user: User | AnonymousUser) -> Schedule:
    """Return the schedule; raises Http404 for who may not see it."""
    schedule = next(iter(readable(visible(user).filter(pk=pk))), None)
    if schedule is None:
        raise Http404("There is no such schedule, or you may not see it.")
    return schedule
