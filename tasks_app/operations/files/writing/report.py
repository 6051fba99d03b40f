"""The Excel report: what was found in a file, and its rows as they were.

Every cell is literal text. Rows go to disk as they come; a sheet keeps one in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tasks_app.operations.files.values.columns import Column
from tasks_app.operations.tables.cells import (
    LONGEST_CELL,
    ROW_LIMIT,
    Texts,
    book,
    let_go,
    unmarked,
)
from tasks_app.operations.tables.table import Record

LONGEST_CONTENT = 2_000  # characters of a bad row that are shown
READABLE = 50_000  # rows; of a table with more nobody reads all
SHOWN = 1_000  # rows of such a table

SHEETS = ("Summary", "Columns", "Bad rows", "Changes", "Entities")


class Report:
    """Writes the report. Either `close` or `abandon` has to follow."""

    def __init__(self, path: Path, *, tables: int) -> None:
        self._book = book(path)
        self._bold = self._book.add_format({"bold": True})
        self._texts = Texts(self._book)
        self._next_row: dict[str, int] = {}
        self._cut_cells = 0
        self._cut_rows: dict[str, int] = {}
        self._left_out: dict[str, int] = {}
        self._sheets = {
            name: self._book.add_worksheet(name)
            for name in (*SHEETS, *_data_names(tables))
        }
        self._head("Columns", ["Sheet", "Column", "Type", "Empty", "Examples", "Note"])
        self._head("Entities", ["Column", "Entity", "Written as", "Rows", "Why"])
        self._head("Bad rows", ["Sheet", "Row", "What is wrong", "Content"])

    def columns(self, table: str, columns: Iterable[Column]) -> None:
        """List what was found in the columns of a table."""
        for column in columns:
            examples = " | ".join(column.examples)
            share = f"{column.empty_share:.1%}"
            cells = [table, column.name, column.type, share, examples, column.note]
            self._row("Columns", cells)

    def bad_rows(self, table: str, records: Iterable[Record]) -> None:
        """List rows that could not be read."""
        for record in records:
            content = " | ".join(record.cells)[:LONGEST_CONTENT]
            self._row("Bad rows", [table, str(record.number), record.problem, content])

    def changes(self, rows: Iterable[Sequence[str]]) -> None:
        """List what differs from an earlier file; the first row is the header."""
        for number, row in enumerate(rows):
            if number:
                self._row("Changes", row)
            else:
                self._head("Changes", row)

    def entities(self, evidence: dict[str, Any]) -> None:
        """List the names that were found to be one, and why."""
        for column, found in evidence.items():
            for group in found["groups"]:
                for variant in group["variants"]:
                    rows, reason = str(variant["rows"]), variant["reason"]
                    cells = [column, group["name"], variant["name"], rows, reason]
                    self._row("Entities", cells)

    def header(self, index: int, names: Sequence[str]) -> None:
        """Begin the data of the table with that index."""
        self._head(_data_name(index), names)

    def rows(self, index: int, rows: Iterable[Sequence[str]]) -> None:
        """Write rows of that table, up to what an Excel sheet holds."""
        sheet = _data_name(index)
        for row in rows:
            self._row(sheet, row)

    def leave_out(self, index: int, rows: int) -> None:
        """Say that so many rows of a long table are not shown."""
        self._left_out[_data_name(index)] = rows

    def close(self, summary: Iterable[tuple[str, str]]) -> None:
        """Write the summary, say in it what was cut, and finish the file."""
        for label, text in [*summary, *self._cuts()]:
            row = self._next_row.get("Summary", 0)
            self._sheets["Summary"].write_string(row, 0, label, self._bold)
            self._write("Summary", row, 1, text)
            self._next_row["Summary"] = row + 1
        self._sheets["Summary"].set_column(0, 1, 30)
        self._book.close()

    def abandon(self) -> None:
        """Let go of the unfinished file."""
        let_go(self._book)

    def _cuts(self) -> Iterable[tuple[str, str]]:
        for sheet, rows in self._cut_rows.items():
            yield (
                f"Left out of “{sheet}”",
                f"{rows:,} rows, because an Excel sheet holds {ROW_LIMIT:,}."
                + ("" if sheet == "Bad rows" else " The Parquet file has them all."),
            )
        for sheet, rows in self._left_out.items():
            yield (
                f"Left out of “{sheet}”",
                f"{rows:,} rows, because nobody reads so many. The Parquet file has"
                " them all.",
            )
        if self._cut_cells:
            yield (
                "Shortened",
                f"{self._cut_cells:,} cells, because an Excel cell holds"
                f" {LONGEST_CELL:,} characters. The Parquet file has them whole.",
            )

    def _head(self, sheet: str, names: Sequence[str]) -> None:
        self._row(sheet, names, self._bold)
        self._sheets[sheet].freeze_panes(1, 0)
        self._sheets[sheet].set_column(0, max(len(names) - 1, 0), 18)
        unmarked(self._sheets[sheet])

    def _row(self, sheet: str, cells: Sequence[str], style: Any = None) -> None:
        row = self._next_row.get(sheet, 0)
        if row >= ROW_LIMIT:
            self._cut_rows[sheet] = self._cut_rows.get(sheet, 0) + 1
            return
        for column, text in enumerate(cells):
            if text:
                self._write(sheet, row, column, text, style)
        self._next_row[sheet] = row + 1

    def _write(
        self, sheet: str, row: int, column: int, text: str, style: Any = None
    ) -> None:
        place = self._sheets[sheet]
        self._cut_cells += self._texts.write(place, row, column, text, style)


def _data_names(tables: int) -> list[str]:
    return [_data_name(index) for index in range(tables)]


def _data_name(index: int) -> str:
    return f"Data {index + 1}" if index else "Data"
