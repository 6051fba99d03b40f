"""The tables of a file, and what their first rows say."""

from __future__ import annotations

from pathlib import Path

from tasks_app.errors import OperationError
from tasks_app.operations.files.batches import head
from tasks_app.operations.files.dialect import Dialect, find_dialect
from tasks_app.operations.files.documents import classify
from tasks_app.operations.files.findings import TableFinding
from tasks_app.operations.files.layout import Layout, find_layout
from tasks_app.operations.files.platforms import find_platform
from tasks_app.operations.files.sheets import sheet_tables
from tasks_app.operations.files.tables import Table
from tasks_app.operations.files.texts import text_table

MOST_COLUMNS = 1_000


def open_tables(
    path: Path, dialect: Dialect | None = None
) -> tuple[list[Table], Dialect | None]:
    """Return the tables of a file, and how it is written if it is a text.

    A `dialect` that is known already is not looked for again. Raises OperationError
    for a workbook that cannot be read.
    """
    if path.suffix.lower() == ".xlsx":
        return sheet_tables(path), None
    dialect = dialect or find_dialect(path)
    return [text_table(path, dialect)], dialect


def outline(table: Table) -> TableFinding:
    """Return what the first rows say: the columns, and what they are typical of.

    A table that is blank has no columns. Raises OperationError for too many of them.
    """
    layout = find_layout(head(table))
    _check_width(layout)
    return TableFinding(
        name=table.name,
        layout=layout,
        columns=[],
        good=0,
        bad=0,
        blank=0,
        platform=find_platform(layout.columns),
        document=classify(layout.columns),
    )


def _check_width(layout: Layout) -> None:
    if len(layout.columns) > MOST_COLUMNS:
        raise OperationError(
            f"The table has {len(layout.columns):,} columns; at most {MOST_COLUMNS:,}"
            " can be handled. Split it, or check that it uses the right delimiter.",
            code="too_many_columns",
        )
