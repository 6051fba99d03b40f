"""What was found in a file, in a shape that survives a pause or a lost worker."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tasks_app.operations.files.values.columns import Column
from tasks_app.operations.files.values.enrichment import Addition, plan
from tasks_app.operations.files.values.mixed import Mixed
from tasks_app.operations.tables.dialect import Dialect
from tasks_app.operations.tables.layout import Layout

KINDS = {"date": "dates", "amount": "amounts"}
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
    mixed: dict[str, Mixed] = field(default_factory=dict)  # by column
    keys: list[str] = field(default_factory=list)  # columns whose values name a row
    entities: dict[str, dict[str, str]] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)  # for the entities

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
            "keys": self.keys,
            "entities": self.evidence,
            "added": [addition.summary() for addition in self.additions()],
        }

    def additions(self) -> list[Addition]:
        """Return the columns that can be added to the table."""
        return plan(self.columns, self.mixed, self.entities, self.document["type"])

    def unreadable(self) -> list[str]:
        """Return a sentence for each column with cells that cannot be read."""
        return [
            f"Column “{name}”: {found.unreadable:,} of its {KINDS[found.kind]} cannot"
            f" be read in one way, such as “{found.example}”"
            for name, found in self.mixed.items()
            if found.unreadable
        ]


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
    lines: str = ""  # sketch of the rows, in hex
    shingles: str = ""  # sketch of their parts
    related: dict[str, Any] | None = None  # to the closest earlier file
    differences: dict[str, Any] | None = None  # from it, in rows
    decision: str = ""
    decision_reason: str = ""  # why it is not what was asked for
    needs: list[str] = field(default_factory=list)  # tasks not to be pruned meanwhile

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
    def unread(self) -> int:
        """Cells that are no date or amount where all others of their column are."""
        return sum(m.unreadable for table in self.tables for m in table.mixed.values())

    @property
    def largest(self) -> TableFinding:
        """The table with most rows: what it is, the file is."""
        return max(self.tables, key=lambda table: table.rows)

    def problems(self) -> list[tuple[int, str]]:
        """Return row and problem of the first `LISTED` bad rows.

        Only texts have any: the rows of a sheet are all equally wide.
        """
        return [problem for table in self.tables for problem in table.problems]

    def sentences(self) -> list[tuple[int | None, str]]:
        """Return what the history is told of the file's faults, row by row."""
        told: list[tuple[int | None, str]] = [*self.problems()]
        rest = self.bad - LISTED
        if rest > 0:
            it = "it" if rest == 1 else "them"
            rows = "row" if rest == 1 else "rows"
            text = f"{rest:,} more {rows} could not be read; the report lists {it}"
            told.append((None, text))
        for table in self.tables:
            told += [(None, text) for text in table.unreadable()]
        return told

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
            "related": self.related,
            "differences": self.differences,
            "decision": self.decision,
            "decision_reason": self.decision_reason or None,
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
                    "mixed": {k: Mixed(**v) for k, v in table["mixed"].items()},
                }
            )
            for table in saved["tables"]
        ]
        dialect = Dialect(**saved["dialect"]) if saved["dialect"] else None
        return cls(**{**saved, "tables": tables, "dialect": dialect})
