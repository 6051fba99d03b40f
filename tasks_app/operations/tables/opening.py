"""The tables of a file, whatever the file is."""

from __future__ import annotations

from pathlib import Path

from tasks_app.operations.tables.dialect import Dialect, find_dialect
from tasks_app.operations.tables.sheets import sheet_tables
from tasks_app.operations.tables.table import Table
from tasks_app.operations.tables.texts import text_table


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
