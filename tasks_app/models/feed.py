"""Where the stream of changes is: positions that never skip a row that commits late.

On PostgreSQL the position of a change is the id of its transaction. Everything below
the oldest transaction still open is settled: nothing can appear there any more,
whatever commits late. On SQLite writers queue, so a counter is in commit order.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection, models

from .clock import DatabaseNow


class Feed(models.Model):
    """One row. `epoch` changes when positions of before mean nothing any more."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.UUIDField(default=uuid.uuid4)
    identity = models.CharField(max_length=200, default="")
    # PostgreSQL: added to transaction ids, so that they rise across a restore.
    base = models.BigIntegerField(default=0)
    # SQLite: the position of the last change.
    counter = models.BigIntegerField(default=0)
    # Of removals before this position nothing is known.
    floor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.epoch)


class RemovedTask(models.Model):
    """What is known of a task that was deleted, for watchers who were away."""

    id = models.UUIDField(primary_key=True)
    owner_id = models.IntegerField(null=True)
    operation = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=30)
    feed_position = models.BigIntegerField(db_default=0)
    at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        indexes = [
            models.Index(fields=["feed_position"], name="removed_position"),
            models.Index(fields=["at"], name="removed_at"),
        ]

    def __str__(self) -> str:
        return self.title


class NextPosition(models.Func):
    """The position of a change made by this transaction, inside an INSERT or UPDATE."""

    output_field = models.BigIntegerField()
    arity = 0

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return this transaction's id, lifted by the feed's base."""
        return POSTGRESQL_POSITION, []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the counter, which the transaction has raised before."""
        return SQLITE_POSITION, []


POSTGRESQL_POSITION = (
    "(pg_current_xact_id()::text::bigint"
    " + COALESCE((SELECT base FROM tasks_app_feed WHERE id = 1), 0))"
)
SQLITE_POSITION = "COALESCE((SELECT counter FROM tasks_app_feed WHERE id = 1), 0)"


DIGITS = 18  # of a position; fits both databases


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the feed: all changes before `position` are known to its holder."""

    epoch: str
    position: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.position}"

    def is_behind(self, other: Self) -> bool:
        """Whether the other place is a later one of the same feed."""
        return self.epoch == other.epoch and self.position < other.position

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor written as `text`; raises ValueError for anything else."""
        epoch, _, position = text.partition(".")
        is_number = position.isascii() and position.isdecimal()
        if len(epoch) != 32 or not is_number or len(position) > DIGITS:
            raise ValueError("That is no cursor.")
        return cls(uuid.UUID(epoch).hex, int(position))


def settled() -> Cursor:
    """Return the place before which nothing can change any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            POSTGRESQL_SETTLED if connection.vendor == "postgresql" else SQLITE_SETTLED
        )
        row = cursor.fetchone()
    if row is None:  # made by a migration; a flushed database lost it
        Feed.objects.get_or_create(pk=1)
        return settled()
    return Cursor(uuid.UUID(str(row[0])).hex, int(row[1]))


POSTGRESQL_SETTLED = (
    "SELECT epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint + base"
    " FROM tasks_app_feed WHERE id = 1"
)
SQLITE_SETTLED = "SELECT epoch, counter + 1 FROM tasks_app_feed WHERE id = 1"
