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
from typing import IO, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from tasks_app.errors import OperationError
from tasks_app.operations.files.dialect import LONGEST_CELL, Dialect
from tasks_app.operations.files.encoding import ERRORS, UNREADABLE

LONGEST_LINE = 1 << 23  # characters; keeps a file without line ends out of memory

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
    """A named table; `records` starts again from the first row at each call."""

    name: str
    records: Callable[[], Iterator[Record]]


def text_table(path: Path, dialect: Dialect) -> Table:
    """Return the one table of a text file; rows are read as they are asked for."""
    return Table(name="", records=lambda: _text_records(path, dialect))


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
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=dialect.encoding, errors=ERRORS, newline="") as file:
        lines = _Lines(file)
        # Strict: a row whose quotation marks do not match is reported, not guessed at.
        reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        if dialect.hint:
            next(reader)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                problem = "its quotation marks do not match"
                yield Record(number, [lines.last.rstrip("\r\n")], problem)
                continue
            yield Record(number, cells, lines.problem())


class _Lines:
    """Lines of a file for the CSV reader, watched for what is no text."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._spoilt = False
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE:
            raise OperationError(
                "The file has a line of more than 8 million characters, so it is"
                " probably no table. Export it again with one row on each line.",
                code="unreadable_file",
            )
        if UNREADABLE in line or "\0" in line:
            self._spoilt = True
        self.last = line
        return line

    def problem(self) -> str:
        """Say what was wrong with the lines since the last call."""
        if not self._spoilt:
            return ""
        self._spoilt = False
        return "some of its characters cannot be read"


def _sheet_records(path: Path, name: str) -> Iterator[Record]:
    with CalamineWorkbook.from_path(str(path)) as book:
        sheet = book.get_sheet_by_name(name)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield Record(number, [cell_text(value) for value in row])
