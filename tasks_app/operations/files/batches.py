"""Cuts a table into batches of sound rows, and sets aside the rows that are not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks_app.operations.files.layout import Layout
from tasks_app.operations.files.tables import Record, Table

BATCH_ROWS = 10_000
BATCH_CHARACTERS = 8_000_000  # long cells end a batch early, so that memory stays flat
HEAD_RECORDS = 200  # enough to see how wide a table usually is


@dataclass
class Batch:
    """Rows with one cell for each column; bad rows; how many were blank."""

    rows: list[list[str]] = field(default_factory=list)
    bad: list[Record] = field(default_factory=list)
    blank: int = 0
    characters: int = 0

    def is_full(self) -> bool:
        """Whether it should be written before it takes more memory."""
        return (
            len(self.rows) + len(self.bad) >= BATCH_ROWS
            or self.characters >= BATCH_CHARACTERS
        )


def head(table: Table) -> list[tuple[int, list[str]]]:
    """Return the first records of a table that are not blank, number and cells."""
    filled = (record for record in table.records() if not _is_blank(record))
    first = itertools.islice(filled, HEAD_RECORDS)
    return [(record.number, record.cells) for record in first]


def batches(table: Table, layout: Layout) -> Iterator[Batch]:
    """Yield the rows below the header, at most `BATCH_ROWS` at a time."""
    batch = Batch()
    for record in table.records():
        if record.number <= layout.header_row:
            continue
        _sort_in(record, batch, len(layout.columns))
        if batch.is_full():
            yield batch
            batch = Batch()
    yield batch


def _sort_in(record: Record, batch: Batch, width: int) -> None:
    if record.problem:
        batch.bad.append(record)
        return
    if _is_blank(record):
        batch.blank += 1
        return
    batch.characters += sum(map(len, record.cells))
    cells = _fitted(record.cells, width)
    if len(cells) == width:
        batch.rows.append(cells)
    else:
        batch.bad.append(record._replace(problem=_wrong_width(cells, width)))


def _is_blank(record: Record) -> bool:
    return not any(cell.strip() for cell in record.cells)


def _fitted(cells: list[str], width: int) -> list[str]:
    """Drop empty cells past the last column: some programs end rows with them."""
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    return cells


def _wrong_width(cells: Sequence[str], width: int) -> str:
    count = f"{len(cells)} cell" if len(cells) == 1 else f"{len(cells)} cells"
    return f"it has {count} where the table has {width} columns"
