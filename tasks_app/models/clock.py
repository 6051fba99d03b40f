"""The database's clock, in one notation."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Now


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
