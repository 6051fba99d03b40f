"""Notices that the database is another one than positions were drawn in.

After a restore, positions handed out before may be missing or given out again. A new
epoch tells everybody who holds one to read everything afresh.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from tasks_app.models import Feed, RemovedTask, Task, TaskEvent

# A dump restored elsewhere has another cluster or table; a backup rolled forward, or a
# standby promoted, another timeline.
POSTGRESQL_IDENTITY: Final = (
    "SELECT (SELECT system_identifier FROM pg_control_system())"
    " || '/' || (SELECT timeline_id FROM pg_control_checkpoint())"
    " || '/' || 'tasks_app_task'::regclass::oid"
)


def confirm_epoch(*, run: str) -> bool:
    """Draw a new epoch unless the database is the known one; True when it was drawn.

    `run` names the run of the caller. SQLite cannot tell a restored file from its
    original, so there every run is an epoch of its own.
    """
    identity = _identity(run)
    if Feed.objects.filter(pk=1, identity=identity).exists():
        return False
    with transaction.atomic():
        feed, _ = Feed.objects.select_for_update().get_or_create(pk=1)
        if feed.identity == identity:
            return False  # another process was faster
        feed.identity, feed.epoch = identity, uuid.uuid4()
        feed.base = _base(feed.base)
        feed.counter = max(feed.counter, _highest())
        feed.save()
    return True


def _identity(run: str) -> str:
    if connection.vendor != "postgresql":
        return run
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL_IDENTITY)
        return str(cursor.fetchone()[0])


def _base(base: int) -> int:
    """Return what lifts the next positions above all that were given out."""
    if connection.vendor != "postgresql":
        return base
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return max(base, _highest() - int(cursor.fetchone()[0]) + 1)


def _highest() -> int:
    highest = [
        model.objects.aggregate(most=Max("feed_position"))["most"] or 0
        for model in (Task, TaskEvent, RemovedTask)
    ]
    return max(highest)
