"""Which of the keepers is active."""

from __future__ import annotations

from django.db import models

from .clock import DatabaseNow


class KeeperLockQuerySet(models.QuerySet["KeeperLock"]):
    """Asks for the lock without taking it."""

    def held(self) -> bool:
        """Whether a keeper is active."""
        return self.filter(expires_at__gt=DatabaseNow()).exists()


class KeeperLock(models.Model):
    """One row at most, with an expiry: a keeper that dies is replaced without help."""

    name = models.CharField(max_length=20, primary_key=True, default="keeper")
    holder = models.CharField(max_length=200)
    expires_at = models.DateTimeField()

    objects = KeeperLockQuerySet.as_manager()

    def __str__(self) -> str:
        return self.holder
