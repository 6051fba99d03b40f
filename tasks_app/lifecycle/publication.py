"""The keeper's own rows: which tasks were handed to the broker, and who keeps watch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from tasks_app.models import KeeperLock, Task
from tasks_app.models.clock import DatabaseNow
from tasks_app.statuses import Status


def mark_published(ids: Iterable[str]) -> int:
    """Note that workers were told of these tasks; no watcher can see that."""
    waiting = Task.objects.filter(pk__in=list(ids), status=Status.PENDING)
    return waiting.update(published_at=DatabaseNow())


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
