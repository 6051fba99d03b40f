"""How files go that nobody can have any more: a small batch at a time.

A task that is retried while they are looked for keeps what it has: its row is locked by
whoever comes first.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from tasks_app.models import Artifact, Fingerprint, Upload

if TYPE_CHECKING:
    from collections.abc import Iterable

BATCH: Final = 500  # rows in one transaction, so that writers never wait long
GRACE: Final = timedelta(days=1)  # an upload is taken in before its task is there


def clear_artifacts() -> list[Artifact]:
    """Delete some expired artifacts of ended tasks, and return them; empty: none."""
    with transaction.atomic():
        rows = Artifact.objects.expired().order_by("expires_at")
        held = rows.select_for_update(skip_locked=True, of=("self", "task"))
        found = list(held[:BATCH])
        ids = [artifact.pk for artifact in found]
        Artifact.objects.filter(pk__in=ids)._raw_delete(connection.alias)
        _after_commit(artifact.file for artifact in found)
    return found


def clear_uploads() -> list[Upload]:
    """Delete some uploads that no task has, and return them; empty: none.

    A new task gets its upload from another task, or brings it: nobody takes these.
    """
    with transaction.atomic():
        unneeded = Upload.objects.unneeded(for_at_least=GRACE).order_by("pk")
        held = unneeded.select_for_update(skip_locked=True, of=("self",))
        found = list(held[:BATCH])
        ids = [upload.pk for upload in found]
        Upload.objects.filter(pk__in=ids)._raw_delete(connection.alias)
        _after_commit(upload.file for upload in found)
    return found


def clear_fingerprints() -> list[Fingerprint]:
    """Delete some fingerprints that are too old to be of use; empty: none."""
    with transaction.atomic():
        old = Fingerprint.objects.outlived().order_by("made_at", "pk")
        held = old.select_for_update(skip_locked=True, of=("self",))
        found = list(held[:BATCH])
        ids = [fingerprint.pk for fingerprint in found]
        Fingerprint.objects.filter(pk__in=ids)._raw_delete(connection.alias)
    return found


def _after_commit(files: Iterable[Any]) -> None:
    for file in files:
        transaction.on_commit(partial(file.delete, save=False), robust=True)
