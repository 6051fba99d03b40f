"""The first reading of a file: what it holds, decided from every row of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tasks_app.errors import OperationError
from tasks_app.operations.files.batches import batches, head
from tasks_app.operations.files.columns import Survey, as_frame
from tasks_app.operations.files.dialect import Dialect, find_dialect
from tasks_app.operations.files.documents import classify
from tasks_app.operations.files.findings import LISTED, TableFinding
from tasks_app.operations.files.layout import Layout, find_layout
from tasks_app.operations.files.platforms import find_platform
from tasks_app.operations.files.tables import Table, sheet_tables, text_table

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


def inspect(table: Table, *, seen: Callable[[int], None]) -> TableFinding:
    """Read a table once; `seen` is told after each batch how many rows were read.

    A table that is blank has no columns. Raises OperationError for too many of them.
    """
    layout = find_layout(head(table))
    _check_width(layout)
    found = TableFinding(
        name=table.name,
        layout=layout,
        columns=[],
        good=0,
        bad=0,
        blank=0,
        platform=find_platform(layout.columns),
        document=classify(layout.columns),
    )
    surveys = [Survey(name) for name in layout.columns]
    for batch in batches(table, layout):
        frame = as_frame(batch.rows, layout.columns)
        for survey in surveys:
            survey.look(frame[survey.name])
        found.good += len(batch.rows)
        found.bad += len(batch.bad)
        found.blank += batch.blank
        room = LISTED - len(found.problems)
        found.problems += [(bad.number, bad.problem) for bad in batch.bad[:room]]
        seen(found.rows)
    found.columns = [survey.column() for survey in surveys]
    return found


def _check_width(layout: Layout) -> None:
    if len(layout.columns) > MOST_COLUMNS:
        raise OperationError(
            f"The table has {len(layout.columns):,} columns; at most {MOST_COLUMNS:,}"
            " can be handled. Split it, or check that it uses the right delimiter.",
            code="too_many_columns",
        )
