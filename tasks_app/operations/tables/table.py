"""The tables of a file as records, whatever the file is.

A record is a row as the file has it: its number as a spreadsheet shows it, counted
from 1 with the header, its cells as text, and what is wrong with it, if anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tasks_app.operations.tables.dialect import Dialect


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
