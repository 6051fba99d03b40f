"""Cuts a table into batches of sound rows, and sets aside the rows that are not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from tasks_app.operations.tables import quick
from tasks_app.operations.tables.blocks import Blocks
from tasks_app.operations.tables.careful import Careful
from tasks_app.operations.tables.layout import Layout
from tasks_app.operations.tables.table import Record, Table

BATCH_ROWS = 10_000  # read row by row
BATCH_CHARACTERS = 8_000_000  # long cells end a batch early, so that memory stays flat
HEAD_RECORDS = 200  # enough to see how wide a table usually is


@dataclass
class Batch:
    """Sound rows as text, a column for each of the table's; bad rows; blank ones."""

    frame: pl.DataFrame
    bad: list[Record] = field(default_factory=list)
    blank: int = 0


def head(table: Table) -> list[tuple[int, list[str]]]:
    """Return the first records of a table that are not blank, number and cells."""
    filled = (record for record in table.records() if not _is_blank(record))
    first = itertools.islice(filled, HEAD_RECORDS)
    return [(record.number, record.cells) for record in first]


def batches(table: Table, layout: Layout) -> Iterator[Batch]:
    """Yield the rows below the header in pieces; at least one, if without rows."""
    if table.path is None:
        rest = (r for r in table.records() if r.number > layout.header_row)
        yield from _sorted(rest, layout)
    else:
        yield from _of_text(table, layout)


def as_frame(rows: Sequence[Sequence[str]], names: Sequence[str]) -> pl.DataFrame:
    """Return rows of text as a frame of text columns."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pl.DataFrame(
        [
            pl.Series(name, cells, dtype=pl.String)
            for name, cells in zip(names, columns, strict=True)
        ]
    )


def _of_text(table: Table, layout: Layout) -> Iterator[Batch]:
    """Read sound lines quickly, and those around others with care."""
    assert table.path is not None
    assert table.dialect is not None
    delimiter = table.dialect.delimiter
    with Blocks(table.path, table.dialect) as blocks:
        careful = Careful(blocks, table.dialect)
        while careful.number < layout.header_row:
            careful.next()
        yield Batch(as_frame([], layout.columns))
        while block := blocks.next():
            sound = None
            if not blocks.is_cut:
                sound = quick.read(block, layout.columns, delimiter)
            if sound is None:
                blocks.put_back(block)
                yield from _sorted(_put_back(careful, blocks), layout)
            else:
                careful.number += sound.lines
                yield Batch(sound.frame, blank=sound.blank)


def _put_back(careful: Careful, blocks: Blocks) -> Iterator[Record]:
    """Yield the rows that begin in the lines put back."""
    while not blocks.is_between():
        record = careful.next()
        if record is None:
            return
        yield record


class _Rows:
    """Rows of a batch as they come one by one."""

    def __init__(self, layout: Layout) -> None:
        self._columns = layout.columns
        self._rows: list[list[str]] = []
        self._bad: list[Record] = []
        self._blank = self._characters = 0

    def add(self, record: Record) -> None:
        if record.problem:
            self._bad.append(record)
            return
        if _is_blank(record):
            self._blank += 1
            return
        width = len(self._columns)
        self._characters += sum(map(len, record.cells))
        cells = _fitted(record.cells, width)
        if len(cells) == width:
            self._rows.append(cells)
        else:
            self._bad.append(record._replace(problem=_wrong_width(cells, width)))

    def is_full(self) -> bool:
        """Whether it should be written before it takes more memory."""
        rows = len(self._rows) + len(self._bad)
        return rows >= BATCH_ROWS or self._characters >= BATCH_CHARACTERS

    def batch(self) -> Batch:
        """Return what came since the beginning."""
        return Batch(as_frame(self._rows, self._columns), self._bad, self._blank)


def _sorted(records: Iterator[Record], layout: Layout) -> Iterator[Batch]:
    rows = _Rows(layout)
    for record in records:
        rows.add(record)
        if rows.is_full():
            yield rows.batch()
            rows = _Rows(layout)
    yield rows.batch()


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
