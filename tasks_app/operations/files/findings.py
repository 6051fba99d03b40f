"""What was found in a file, in a shape that survives a pause or a lost worker."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tasks_app.operations.files.columns import Column
from tasks_app.operations.files.dialect import Dialect
from tasks_app.operations.files.layout import Layout

LISTED = 100  # bad rows that are told one by one


@dataclass
class TableFinding:
    """One table: its layout, its columns, its rows by kind."""

    name: str
    layout: Layout
    columns: list[Column]
    good: int
    bad: int
    blank: int
    platform: dict[str, Any]
    document: dict[str, Any]
    problems: list[tuple[int, str]] = field(default_factory=list)  # the first LISTED

    @property
    def rows(self) -> int:
        """Rows below the header that are not blank."""
        return self.good + self.bad

    def summary(self) -> dict[str, Any]:
        """Return what users are shown."""
        return {
            "name": self.name,
            "rows": self.rows,
            "good": self.good,
            "bad": self.bad,
            "blank": self.blank,
            "header_row": self.layout.header_row,
            "columns": [column.summary() for column in self.columns],
            "platform": self.platform,
            "document": self.document,
        }


@dataclass
class Findings:
    """Everything known about a file before its rows are written out.

    `duplicate_of` is the id of an earlier task with the same bytes; `reported` is how
    many of the problems the task's history has already.
    """

    tables: list[TableFinding]
    dialect: Dialect | None = None  # None for a workbook
    duplicate_of: str | None = None
    reported: int = 0

    @property
    def good(self) -> int:
        """Rows of all tables that go into the Parquet files."""
        return sum(table.good for table in self.tables)

    @property
    def bad(self) -> int:
        """Rows of all tables that could not be read."""
        return sum(table.bad for table in self.tables)

    @property
    def rows(self) -> int:
        """Rows of all tables, good and bad."""
        return self.good + self.bad

    @property
    def largest(self) -> TableFinding:
        """The table with most rows: what it is, the file is."""
        return max(self.tables, key=lambda table: table.rows)

    def problems(self) -> list[tuple[int, str]]:
        """Return row and problem of the first `LISTED` bad rows.

        Only texts have any: the rows of a sheet are all equally wide.
        """
        return [problem for table in self.tables for problem in table.problems]

    def summary(self) -> dict[str, Any]:
        """Return the result of the task."""
        dialect = self.dialect
        return {
            "rows": self.rows,
            "good": self.good,
            "bad": self.bad,
            "encoding": dialect.encoding if dialect else None,
            "encoding_guessed": dialect.guessed if dialect else False,
            "delimiter": dialect.delimiter if dialect else None,
            "sheets": [] if dialect else [table.name for table in self.tables],
            "platform": self.largest.platform,
            "document": self.largest.document,
            "duplicate_of": self.duplicate_of,
            "tables": [table.summary() for table in self.tables],
        }

    def dump(self) -> dict[str, Any]:
        """Return JSON for `load`."""
        return asdict(self)

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Findings:
        """Return what `dump` wrote down."""
        tables = [
            TableFinding(
                **{
                    **table,
                    "layout": Layout(**table["layout"]),
                    "columns": [Column(**column) for column in table["columns"]],
                    "problems": [(row, text) for row, text in table["problems"]],
                }
            )
            for table in saved["tables"]
        ]
        dialect = Dialect(**saved["dialect"]) if saved["dialect"] else None
        return cls(**{**saved, "tables": tables, "dialect": dialect})
