"""What people may ask of a task, whatever its status allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

# What the owner may do without any permission, and staff with this one.
PERMISSION_OF = {
    "retry": "tasks_app.retry_task",
    "cancel": "tasks_app.cancel_task",
    "pause": "tasks_app.pause_task",
    "resume": "tasks_app.pause_task",
    "answer": "tasks_app.pause_task",
    "delete": "tasks_app.delete_task",
    "keep": "tasks_app.delete_task",
    "unkeep": "tasks_app.delete_task",
}
EVERYTHING, NOTHING = frozenset(PERMISSION_OF), frozenset[str]()  # one for all sockets


def permitted_actions(
    user: User | AnonymousUser | Any, *, owns: bool
) -> frozenset[str]:
    """Return the actions `user` may ask for on tasks they own, or of others."""
    if not user.is_active or user.pk is None:
        return NOTHING
    if owns:
        return EVERYTHING
    if not user.is_staff:
        return NOTHING
    return frozenset(
        action
        for action, permission in PERMISSION_OF.items()
        if user.has_perm(permission)
    )
