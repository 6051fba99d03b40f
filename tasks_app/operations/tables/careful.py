"""Reads a text row by row, and reports what is wrong with one instead of guessing."""

from __future__ import annotations

import csv

from tasks_app.operations.tables.blocks import TOO_LONG, Blocks
from tasks_app.operations.tables.dialect import LONGEST_CELL, Dialect
from tasks_app.operations.tables.encoding import UNREADABLE
from tasks_app.operations.tables.table import Record


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
            problem = self._lines.problem() or self._odd()
            return Record(self.number, [self._lines.last.rstrip("\r\n")], problem)
        return Record(self.number, cells, self._lines.problem())

    def _odd(self) -> str:
        """Say what the CSV reader stumbled over."""
        if len(self._lines.last) > LONGEST_CELL:
            return "it has a cell of more than 1 million characters"
        return "its quotation marks do not match"


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
