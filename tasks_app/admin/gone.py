"""The page of a task that was deleted: 410, with what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks_app.models import RemovedTask
from tasks_app.models.queries import sees_all
from tasks_app.statuses import Status

from .rows import titles
from .steering import is_id

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


def gone(pk: str, user: User | AnonymousUser) -> dict[str, Any] | None:
    """Return what is known, for who could see the task; None for everybody else."""
    removed = RemovedTask.objects.filter(pk=pk).first() if is_id(pk) else None
    if removed is None:
        return None
    if not sees_all(user) and removed.owner_id != user.pk:
        return None
    return {
        "title": removed.title,
        "removed": removed,
        "label": Status(removed.status).label,
        "operation": titles().get(removed.operation, removed.operation),
    }
