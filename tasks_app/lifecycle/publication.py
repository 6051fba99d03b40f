"""The keeper's own rows: which tasks were handed to the broker, and who keeps watch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from tasks_app.models import KeeperLock, Task
from tasks_app.models.clock import DatabaseNow
from tasks_app.statuses import Status


def mark_published(told: Iterable[tuple[str, int]]) -> int:
    """Note that workers were told of these tasks, each at that version.

    No watcher can see that. A task that moved on is left alone: it may wait again by
    now, for a message that was not sent yet.
    """
    at_version: dict[int, list[str]] = {}
    for task_id, version in told:
        at_version.setdefault(version, []).append(task_id)
    waiting = Task.objects.filter(status=Status.PENDING)
    return sum(
        waiting.filter(pk__in=ids, version=version).update(published_at=DatabaseNow())
        for version, ids in at_version.items()
    )


def take_keeper_lock(*, holder: str, seconds: float) -> bool:
    """Become or stay the active keeper for `seconds`; False while another one is."""
    until = DatabaseNow() + timedelta(seconds=seconds)
    with transaction.atomic():
        mine = KeeperLock.objects.filter(holder=holder).update(expires_at=until)
        if mine:
            return True
        free = KeeperLock.objects.filter(expires_at__lte=DatabaseNow())
        if free.update(holder=holder, expires_at=until):
            return True
        lock, made = KeeperLock.objects.get_or_create(
            defaults={"holder": holder, "expires_at": until}
        )
        return made or lock.holder == holder


def drop_keeper_lock(*, holder: str) -> None:
    """Stop being the active keeper, so that the next need not wait for the expiry."""
    KeeperLock.objects.filter(holder=holder).update(expires_at=DatabaseNow())
