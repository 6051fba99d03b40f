"""A text file as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks_app.operations.tables.blocks import Blocks
from tasks_app.operations.tables.careful import Careful
from tasks_app.operations.tables.dialect import Dialect
from tasks_app.operations.tables.table import Record, Table


def text_table(path: Path, dialect: Dialect) -> Table:
    """Return the one table of a text file; rows are read as they are asked for."""
    return Table("", lambda: _text_records(path, dialect), path, dialect)


def _text_records(path: Path, dialect: Dialect) -> Iterator[Record]:
    with Blocks(path, dialect) as blocks:
        careful = Careful(blocks, dialect)
        while (record := careful.next()) is not None:
            yield record
