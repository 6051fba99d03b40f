"""Turns the cells of a file into contracts, and says what is wrong with other rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tasks_app.operations.contracts import amounts, dates
from tasks_app.operations.contracts.columns import BY_NAME, COLUMNS, Column
from tasks_app.operations.contracts.folding import searched
from tasks_app.operations.contracts.survey import Survey
from tasks_app.operations.files.tables import Record

MONEY: Final = pl.Decimal(18, 2)
TYPES: Final[dict[str, Any]] = {"text": pl.String, "date": pl.Date, "amount": MONEY}
SCHEMA: Final = {c.name: TYPES[c.kind] for c in COLUMNS} | {"search": pl.String}
YEARS: Final = (1900, 2100)  # of the first day; it is what the files are parted by
LONGEST_SHOWN: Final = 40  # characters of a cell that a sentence shows
PLAIN_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PLAIN_AMOUNT: Final = r"^-?[0-9]{1,16}([.][0-9]{1,2})?$"


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
        read = _read(column, cells, len(fitting), survey)
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


def _read(
    column: Column, cells: list[str] | None, height: int, survey: Survey
) -> tuple[pl.Series, dict[int, str]]:
    """Return a column's values, and by index the problems of the cells without one."""
    if cells is None:
        return pl.Series([None] * height, dtype=TYPES[column.kind]), {}
    trimmed = pl.Series(cells, dtype=pl.String).str.strip_chars()
    texts = pl.select(pl.when(trimmed != "").then(trimmed)).to_series()
    problems: dict[int, str] = {}
    if column.filled:
        for index in texts.is_null().arg_true():
            problems[index] = f"the {column.words} is empty"
    if column.kind == "date":
        return _dates(column.name, texts, problems, survey), problems
    if column.kind == "amount":
        return _amounts(texts, problems, survey), problems
    return texts, problems


def _dates(
    name: str, texts: pl.Series, problems: dict[int, str], survey: Survey
) -> pl.Series:
    first, last = YEARS if name == "execution_date" else (1, 9999)

    def read(text: str) -> dt.date:
        day = dates.read_date(text, order=survey.order)
        if not first <= day.year <= last:
            raise ValueError("is too long ago or too far away to be right")
        return day

    fast = pl.select(pl.when(texts.str.contains(PLAIN_DATE)).then(texts)).to_series()
    values = fast.str.to_date("%Y-%m-%d", strict=False)
    values = values.set(~values.dt.year().is_between(first, last), None)
    return _finish(name, values, texts, problems, read)


def _amounts(texts: pl.Series, problems: dict[int, str], survey: Survey) -> pl.Series:
    def read(text: str) -> Decimal:
        value = amounts.read_amount(text, decimal=survey.decimal)
        if not _one_currency(amounts.currency_of(text), survey.currency):
            raise ValueError(f"is not in {survey.currency} like most of the file")
        return value

    fast = pl.select(pl.when(texts.str.contains(PLAIN_AMOUNT)).then(texts)).to_series()
    values = fast.cast(MONEY, strict=False)
    return _finish("amount", values, texts, problems, read)


def _finish(
    name: str,
    values: pl.Series,
    texts: pl.Series,
    problems: dict[int, str],
    read: Callable[[str], Any],
) -> pl.Series:
    """Read one by one the cells that are not written in the plainest way."""
    known: dict[str, Any] = {}
    rest = (values.is_null() & texts.is_not_null()).arg_true()
    cells = texts.gather(rest)
    for index, text in zip(rest, cells, strict=True):
        try:
            known[text] = known[text] if text in known else read(text)
        except ValueError as error:
            words = BY_NAME[name].words
            problems[index] = f"the {words} “{_shown(text)}” {error}"
    if not known:
        return values
    found = pl.Series([known.get(text) for text in cells], dtype=values.dtype)
    return values.scatter(rest, found)


def _one_currency(currency: str, usual: str) -> bool:
    bare = currency == "$" and usual.endswith("D")
    return not currency or currency == usual or bare


def _wrong_width(cells: list[str], width: int) -> str:
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return ""
    count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
    return f"it has {count} where the table has {width} columns"


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
