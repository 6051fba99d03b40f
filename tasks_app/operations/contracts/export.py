"""The steps of exporting contracts to Excel, in order.

An unfinished workbook cannot be continued, so an export that was stopped begins again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import polars as pl

from tasks_app.conf import setting
from tasks_app.operations.context import Context
from tasks_app.operations.contracts.columns import COLUMNS, NAMES
from tasks_app.operations.contracts.reading import Reading
from tasks_app.operations.contracts.workbook import TYPE, Book, workbook

SUMS: Final = pl.Decimal(38, 2)
SLICE: Final = 5_000  # contracts between two looks at whether to stop
HEADER: Final = tuple(column.words.capitalize() for column in COLUMNS)
FILE: Final = "contracts.xlsx"


def carry_out(context: Context) -> dict[str, Any]:
    """Write the contracts that are meant; return what becomes the result."""
    reading = Reading(context)
    context.step("writing_the_spreadsheet")
    total = Decimal(0)
    with (
        context.artifact(
            FILE, content_type=TYPE, time_to_live=setting("EXPORT_TIME_TO_LIVE")
        ) as path,
        workbook(path, title="Contracts", header=HEADER) as book,
    ):
        for rows in reading.frames():
            found = rows.select(NAMES).collect(engine="streaming")
            total += Decimal(found["amount"].cast(SUMS).sum() or 0)
            _write(context, book, found)
        context.step("saving_the_spreadsheet", rows=book.rows)
    context.step("complete", exported=book.rows)
    return {
        "rows": book.rows,
        "sheets": book.sheets,
        "total": f"{total:.2f}",
        "contracts_in_all": reading.manifest.rows,
        "left_out": reading.left_out,
        "file": FILE,
    }


def _write(context: Context, book: Book, found: pl.DataFrame) -> None:
    for part in found.iter_slices(SLICE):
        book.write(part.iter_rows())
        context.checkpoint()
