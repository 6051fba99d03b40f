"""The tables of a file as records, whatever the file is.

A record is a row as the file has it: its number as a spreadsheet shows it, counted
from 1 with the header, its cells as text, and what is wrong with it, if anything.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from tasks_app.errors import OperationError
from tasks_app.operations.files.blocks import TOO_LONG, Blocks
from tasks_app.operations.files.dialect import LONGEST_CELL, Dialect
from tasks_app.operations.files.encoding import UNREADABLE

Value = (
    int
    | float
    | str
    | bool
    | datetime.time
    | datetime.date
    | datetime.datetime
    | datetime.timedelta
)


class Record(NamedTuple):
    """One row of a file."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A named table; `records` starts again from the first row at each call.

    The one of a text says where it lies and how it is written.
    """

    name: str
    records: Callable[[], Iterator[Record]]
    path: Path | None = None
    dialect: Dialect | None = None


def text_table(path: Path, dialect: Dialect) -> Table:
    """Return the one table of a text file; rows are read as they are asked for."""
    return Table("", lambda: _text_records(path, dialect), path, dialect)


def sheet_tables(path: Path) -> list[Table]:
    """Return the sheets of a workbook in its order, blank ones too.

    Honest about memory: the library decompresses a sheet and holds all of its cells
    while we go through them, and every string of the workbook besides. The limits in
    `checks` (bytes once unpacked, cells of a sheet) are what bounds that, not this
    code. A cell that Excel shows as an error (`#DIV/0!`) comes out empty.

    Raises OperationError when the workbook cannot be read.
    """
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = book.sheet_names
    except CalamineError as error:
        raise OperationError(
            "The workbook cannot be read. Open it in a spreadsheet program, save it"
            " again as .xlsx and upload that.",
            code="unreadable_file",
        ) from error
    return [Table(name, _sheet_reader(path, name)) for name in names]


def _sheet_reader(path: Path, name: str) -> Callable[[], Iterator[Record]]:
    return lambda: _sheet_records(path, name)


def cell_text(value: Value) -> str:
    """Write a spreadsheet's value as text: 5.0 is `5`, a date is ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Decimal writes 1e-07 and 1e+20 out; the text of a float is its exact value.
        plain = format(Decimal(repr(value)), "f")
        return plain.removesuffix(".0")
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _text_records(path: Path, dialect: Dialect) -> Iterator[Record]:
    with Blocks(path, dialect) as blocks:
        careful = Careful(blocks, dialect)
        while (record := careful.next()) is not None:
            yield record


class Careful:
    """Reads row by row, and reports what is wrong with one instead of guessing."""

    def __init__(self, blocks: Blocks, dialect: Dialect) -> None:
        csv.field_size_limit(LONGEST_CELL)
        self.number = 0  # of the last row; who reads rows otherwise counts them here
        self._lines = _Lines(blocks)
        # Strict: a row whose quotation marks do not match is not repaired.
        self._reader = csv.reader(self._lines, delimiter=dialect.delimiter, strict=True)
        if dialect.hint:
            next(self._reader)

    def next(self) -> Record | None:
        """Return the next row, None at the end."""
        self.number += 1
        try:
            cells = next(self._reader)
        except StopIteration:
            return None
        except csv.Error:
            problem = self._lines.problem() or "its quotation marks do not match"
            return Record(self.number, [self._lines.last.rstrip("\r\n")], problem)
        return Record(self.number, cells, self._lines.problem())


class _Lines:
    """Lines of a file for the CSV reader, watched for what is no text."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._spoilt = ""
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._blocks.line()
        if not line:
            raise StopIteration
        if self._blocks.is_cut:
            self._spoilt = TOO_LONG
        elif UNREADABLE in line or "\0" in line:
            self._spoilt = self._spoilt or "some of its characters cannot be read"
        self.last = line
        return line

    def problem(self) -> str:
        """Say what was wrong with the lines since the last call."""
        spoilt, self._spoilt = self._spoilt, ""
        return spoilt


def _sheet_records(path: Path, name: str) -> Iterator[Record]:
    with CalamineWorkbook.from_path(str(path)) as book:
        sheet = book.get_sheet_by_name(name)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield Record(number, [cell_text(value) for value in row])
