"""Turns the cells of a file into contracts, and says what is wrong with other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tasks_app.operations.contracts import values
from tasks_app.operations.contracts.columns import COLUMNS
from tasks_app.operations.contracts.folding import searched
from tasks_app.operations.contracts.survey import Survey
from tasks_app.operations.contracts.values import TYPES
from tasks_app.operations.tables.table import Record

SCHEMA: Final = {c.name: TYPES[c.kind] for c in COLUMNS} | {"search": pl.String}


@dataclass
class Sorted:
    """The good rows of a batch as a frame of SCHEMA; the bad ones with their problem.

    `blamed` counts the bad rows by the column that is to blame.
    """

    good: pl.DataFrame
    bad: list[Record]
    blamed: Counter[str] = field(default_factory=Counter)


def sort(records: Sequence[Record], survey: Survey) -> Sorted:
    """Return the contracts among the records, and the rows that are none."""
    problems: dict[int, tuple[str, str]] = {}  # by index: column, sentence
    fitting: list[int] = []
    for index, record in enumerate(records):
        wrong = record.problem or _wrong_width(record.cells, len(survey.header))
        if wrong:
            problems[index] = ("", wrong)
        else:
            fitting.append(index)
    columns = {}
    for column in COLUMNS:
        place = survey.match.positions.get(column.name)
        cells = None if place is None else [records[i].cells[place] for i in fitting]
        read = values.read_column(column, cells, len(fitting), survey)
        columns[column.name] = read[0]
        for at, sentence in read[1].items():
            problems.setdefault(fitting[at], (column.name, sentence))
    frame = pl.DataFrame(columns)
    if problems:
        sound = [index not in problems for index in fitting]
        frame = frame.filter(pl.Series(sound, dtype=pl.Boolean))
    bad = [records[i]._replace(problem=problems[i][1]) for i in sorted(problems)]
    blamed = Counter(name for name, _ in problems.values())
    return Sorted(frame.with_columns(searched()), bad, blamed)


def _wrong_width(cells: list[str], width: int) -> str:
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return ""
    count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
    return f"it has {count} where the table has {width} columns"
