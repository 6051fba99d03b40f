"""Dates, amounts, currencies, months and categories are added, each as a column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks_app.models import Task
from tests.operations.files.conftest import EXAMPLES, artifact, result_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server

Run = Callable[..., Task]
Write = Callable[..., Path]


def frame_of(task: Task) -> pl.DataFrame:
    return pl.read_parquet(artifact(task, "cleaned.parquet"))


def column(run: Run, write: Write, name: str, cells: list[str]) -> Any:
    """Process a table with this column; return the task and what it became."""
    text = f"no,{name}\n" + "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells))
    task = run(write(text))
    frame = frame_of(task)
    assert frame[name].cast(pl.String).to_list() == [cell or None for cell in cells]
    return task, frame


def test_dates_in_three_formats_become_one(run_file: Run, write: Write) -> None:
    cells = ["2025-03-04", "05.03.2025", "25/12/2025", "", "03/04/2025"]
    task, frame = column(run_file, write, "day", cells)

    day = dt.date
    assert frame["day_iso"].to_list() == [
        day(2025, 3, 4),
        day(2025, 3, 5),
        day(2025, 12, 25),
        None,
        day(2025, 4, 3),  # 25/12 says that the day comes first
    ]
    assert frame["day_month"].to_list()[:2] == ["2025-03", "2025-03"]
    assert task.status == "completed"


@pytest.mark.parametrize("other", ["03/04/2025", "31.02.2025"])
def test_a_date_that_cannot_be_told_is_named_and_left_out(
    run_file: Run, write: Write, other: str
) -> None:
    task, frame = column(
        run_file, write, "day", ["2025-03-04", "05.03.2025", "1.4.2025", other]
    )

    assert frame["day_iso"].to_list()[-1] is None
    assert frame["day_iso"].null_count() == 1
    assert task.status == "completed_with_errors"
    (error,) = task.events.filter(kind="error")
    assert error.message.startswith("Column “day”: 1 of its dates cannot be read")
    assert result_of(task)["good"] == 4
    last = task.events.get(kind="step", step="complete").message
    assert last.endswith(".csv, but 1 cell could not be understood")


def test_amounts_with_separators_and_currencies_become_decimals(
    run_file: Run, write: Write
) -> None:
    cells = ["$1,234.50", "USD 12.00", "(99.95)", "-3.10 EUR", "1,000,000", "7.5-"]
    task, frame = column(run_file, write, "price", cells)

    amounts = ["1234.50", "12.00", "-99.95", "-3.10", "1000000.00", "-7.50"]
    assert frame["price_amount"].to_list() == [Decimal(text) for text in amounts]
    currencies = ["USD", "USD", None, "EUR", None, None]
    assert frame["price_currency"].to_list() == currencies
    assert task.status == "completed"


def test_a_decimal_comma_is_read_by_what_the_whole_column_says(
    run_file: Run, write: Write
) -> None:
    _, frame = column(run_file, write, "preis", ["1.234,50 €", "1.234 €", "0,5"])

    found = [Decimal("1234.50"), Decimal("1234.00"), Decimal("0.50")]
    assert frame["preis_amount"].to_list() == found


def test_a_typed_amount_takes_its_currency_from_the_column(run_file: Run) -> None:
    frame = frame_of(run_file(EXAMPLES / "kontoauszug-umlaute.csv"))

    assert frame["Betrag (EUR)_currency"].unique().to_list() == ["EUR"]
    assert frame["Betrag (EUR)_amount"].dtype.is_decimal()
    assert frame["Buchungstag_month"][0] == "2025-03"


def test_transactions_are_classified_with_a_reason(run_file: Run, write: Write) -> None:
    rows = [
        ("Salary March", "2500.00", "salary", "“salary”, money in"),
        ("Salary Jane", "-2500.00", "payroll", "“salary”, money out"),
        ("RENT office", "-900.00", "rent", "“rent”, money out"),
        ("Bank fee", "-2.50", "fees", "“fee”, money out"),
        ("Success fee", "-25000.00", "other expense", "no known word, money out"),
        ("Zzz", "4.00", "other income", "no known word, money in"),
        ("Zzz", "", "other", "no known word, no amount"),
    ]
    lines = [f"2025-01-0{n},{r[0]},{r[1]},0.00\n" for n, r in enumerate(rows, 1)]
    task = run_file(write("Date,Description,Amount,Balance\n" + "".join(lines)))

    frame = frame_of(task)
    assert frame["category"].to_list() == [row[2] for row in rows]
    assert frame["category_reason"].to_list() == [row[3] for row in rows]
    assert frame["Description"].to_list() == [row[0] for row in rows]


def test_money_in_and_money_out_are_signs(run_file: Run) -> None:
    frame = frame_of(run_file(EXAMPLES / "bank-statement.csv"))

    assert "category" in frame.columns
    signs = frame["category_reason"].str.extract("(money in|money out)$")
    assert set(signs.to_list()) == {"money in", "money out"}


def test_what_is_added_is_named_in_the_result_and_takes_no_name(
    run_file: Run, write: Write
) -> None:
    task = run_file(write("day,day_iso\n01.02.2025,x\n"))

    assert result_of(task)["tables"][0]["added"][0] == {
        "name": "day_iso_2",
        "of": "day",
        "what": "date",
    }
    assert frame_of(task)["day_iso"].to_list() == ["x"]
