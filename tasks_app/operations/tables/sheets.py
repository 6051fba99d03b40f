"""The sheets of a workbook as tables."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from tasks_app.errors import OperationError
from tasks_app.operations.tables.table import Record, Table

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
        raise _unreadable("workbook") from error
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


def _sheet_records(path: Path, name: str) -> Iterator[Record]:
    with CalamineWorkbook.from_path(str(path)) as book:
        try:
            sheet = book.get_sheet_by_name(name)
        except CalamineError as error:  # it is parsed only now
            raise _unreadable(f"sheet “{name}” of the workbook") from error
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield Record(number, [cell_text(value) for value in row])


def _unreadable(what: str) -> OperationError:
    return OperationError(
        f"The {what} cannot be read. Open it in a spreadsheet program, save it again as"
        " .xlsx and upload that.",
        code="unreadable_file",
    )
