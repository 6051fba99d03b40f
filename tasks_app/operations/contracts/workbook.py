"""Excel files of contracts and of figures, written row by row.

Texts are literal. Amounts and days are real numbers and days, so that they add up and
sort. A sheet that is full is followed by the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tasks_app.operations.tables.cells import ROW_LIMIT, Texts, book, let_go, unmarked

EXACT: Final = 15  # digits that Excel keeps of a number
FIRST_DAY: Final = dt.date(1900, 3, 1)  # before it, Excel's calendar is not ours
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@contextmanager
def workbook(path: Path, *, title: str, header: Sequence[str]) -> Iterator[Book]:
    """Yield a book to write rows to; the file is complete when the block ends."""
    written = Book(path, title=title, header=header)
    try:
        yield written
    except BaseException:
        written.abandon()
        raise
    written.close()


class Book:
    """A workbook of one table."""

    def __init__(self, path: Path, *, title: str, header: Sequence[str]) -> None:
        self._book = book(path)
        self._texts = Texts(self._book)
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8ECF1"})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._count = self._book.add_format({"num_format": "#,##0"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._title, self._header = title, list(header)
        self._sheets: list[Any] = []
        self._row = 0
        self.rows = 0
        self._begin_sheet()

    @property
    def sheets(self) -> int:
        """How many sheets the table takes."""
        return len(self._sheets)

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Write rows of texts, numbers, amounts and days; None and "" stay empty."""
        for row in rows:
            if self._row >= ROW_LIMIT:
                self._end_sheet()
                self._begin_sheet()
            for column, value in enumerate(row):
                if value is not None and value != "":
                    self._cell(column, value)
            self._row += 1
            self.rows += 1

    def close(self) -> None:
        """Finish the file."""
        self._end_sheet()
        try:
            self._book.close()
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Let go of the unfinished file."""
        let_go(self._book)

    def _begin_sheet(self) -> None:
        number = len(self._sheets) + 1
        name = self._title if number == 1 else f"{self._title} {number}"
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(self._header) - 1, 0), 20)
        unmarked(sheet)
        for column, name in enumerate(self._header):
            sheet.write_string(0, column, name, self._head)
        self._sheets.append(sheet)
        self._row = 1

    def _end_sheet(self) -> None:
        last = max(len(self._header) - 1, 0)
        self._sheets[-1].autofilter(0, 0, self._row - 1, last)

    def _cell(self, column: int, value: object) -> None:
        sheet = self._sheets[-1]
        if isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT:
            sheet.write_number(self._row, column, float(value), self._money)
        elif isinstance(value, int):
            sheet.write_number(self._row, column, value, self._count)
        elif isinstance(value, dt.date) and value >= FIRST_DAY:
            sheet.write_datetime(self._row, column, value, self._day)
        else:
            self._texts.write(sheet, self._row, column, str(value))
