"""The database's clock, in one notation, and the order in which tasks ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce, Now

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# When it ended, to sort by: what has not comes last, newest first.
ENDED = Coalesce("finished_at", Value(LONG_AGO, DateTimeField()))


class DatabaseNow(Now):
    """`Now()` that SQLite writes with six decimals, as Django does.

    SQLite compares instants as texts, so `…02.034` and `…02.034000` would differ, and
    Django drops decimals that are all zero: the 1 at the end keeps them from being so.
    """

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL; resolution is a millisecond."""
        return self.as_sql(
            compiler,
            connection,
            template="STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f001', 'NOW')",
            **context,
        )
