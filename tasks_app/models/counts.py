"""How many tasks there are in each status, of those a filter leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from .task import Task

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True, slots=True)
class Counts:
    """Not exact: at least so many."""

    by_status: dict[str, int]
    is_exact: bool


def counts(user: User | AnonymousUser, **narrowed: Any) -> Counts:
    """Return the counts of what `user` may see; `narrowed` as for the QuerySet."""
    tasks = Task.objects.visible_to(user).narrowed(user=user, **narrowed)
    rows = tasks.order_by().values_list("status").annotate(Count("pk"))
    return Counts(dict(rows), is_exact=True)
