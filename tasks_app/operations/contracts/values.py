"""The cells of a column as values, and what is wrong with those that are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tasks_app.operations.contracts import amounts, dates
from tasks_app.operations.contracts.columns import BY_NAME, Column
from tasks_app.operations.contracts.survey import Survey

MONEY: Final = pl.Decimal(18, 2)
TYPES: Final[dict[str, Any]] = {"text": pl.String, "date": pl.Date, "amount": MONEY}
YEARS: Final = (1900, 2100)  # of the first day; it is what the files are parted by
LONGEST_SHOWN: Final = 40  # characters of a cell that a sentence shows
PLAIN_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PLAIN_AMOUNT: Final = r"^-?[0-9]{1,16}([.][0-9]{1,2})?$"


def read_column(
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


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
