"""The real contracts come out as the csv module reads them, by every operation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest

from tasks_app.operations.contracts.columns import COLUMNS, NAMES
from tests.operations.contracts.conftest import (
    REAL,
    contracts_now,
    money,
    real_rows,
)
from tests.operations.files.conftest import artifact, result_of
from tests.operations.files.test_real_data import pytestmark as pytestmark


def value(row: dict[str, str], name: str) -> Any:
    """Return a cell by simple means."""
    cell = row["suppliers" if name == "contractor" else name].strip()
    if not cell:
        return None
    if name.endswith("_date"):
        return dt.date.fromisoformat(cell)
    return money(cell) if name == "amount" else cell


@pytest.fixture
def imported(run):
    task = run("import", REAL)
    assert task.status == "completed", task.error_message
    return task


def test_every_contract_is_kept_and_nothing_else(imported):
    rows = real_rows()
    expected = [tuple(value(row, name) for name in NAMES) for row in rows]

    assert contracts_now() == sorted(expected, key=repr)
    assert result_of(imported)["good"] == len(rows) == 1296
    assert result_of(imported)["years"] == {"2025": 1296}
    assert result_of(imported)["columns"]["found"]["contractor"] == "suppliers"


def test_an_export_opens_in_a_spreadsheet_program_with_days_and_amounts(imported, run):
    task = run(
        "export",
        filters={
            "directorates": ["education directorate", "ACT Government"],
            "from": "2025-07-01",
            "amount_from": 50000.5,
        },
    )

    wanted = [
        tuple(value(row, name) for name in NAMES)
        for row in real_rows()
        if row["directorate"] in ("Education Directorate", "ACT Government")
        and row["execution_date"] >= "2025-07-01"
        and Decimal(row["amount"]) >= Decimal("50000.5")
    ]
    book = openpyxl.load_workbook(artifact(task, "contracts.xlsx"))
    header, *cells = book["Contracts"].iter_rows()
    assert [cell.value for cell in header] == [c.words.capitalize() for c in COLUMNS]
    days = [NAMES.index(name) for name in ("execution_date", "expiry_date")]
    amount = NAMES.index("amount")
    read = [tuple(plain(cell.value) for cell in row) for row in cells]
    assert read == wanted
    assert len(wanted) > 20
    assert {row[amount].data_type for row in cells} == {"n"}
    assert {row[amount].number_format for row in cells} == {"#,##0.00"}
    assert {row[day].number_format for row in cells for day in days} == {"yyyy-mm-dd"}
    assert book["Contracts"].freeze_panes == "A2"
    assert result_of(task)["rows"] == len(wanted)
    total = sum(row[amount] for row in wanted)
    assert result_of(task)["total"] == f"{total:.2f}"


def test_an_export_without_filters_has_every_real_contract(imported, run):
    task = run("export")

    book = openpyxl.load_workbook(artifact(task, "contracts.xlsx"))
    _, *rows = book["Contracts"].values
    read = [tuple(plain(cell) for cell in row) for row in rows]
    wanted = [tuple(value(row, name) for name in NAMES) for row in real_rows()]
    assert sorted(read, key=repr) == sorted(wanted, key=repr)
    assert len(read) == 1296


def plain(cell: Any) -> Any:
    """Return what openpyxl read in our types."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    return money(repr(cell)) if isinstance(cell, float | int) else cell


@pytest.mark.parametrize(
    "by",
    [
        ["contractor"],
        ["directorate"],
        ["month"],
        ["quarter", "status"],
        ["size_class"],
        ["directorate", "year", "contract_type"],
    ],
)
def test_figures_are_those_of_a_plain_loop(imported, run, by):
    task = run("aggregate", by=by, limit=500, order="name")

    groups = defaultdict(list)
    for row in real_rows():
        key = tuple(key_of(row, name) for name in by)
        groups[key].append(Decimal(row["amount"]))
    expected = {
        key: {
            "contracts": len(found),
            "total": f"{sum(found):.2f}",
            "mean": str(mean(found)),
            "smallest": f"{min(found):.2f}",
            "largest": f"{max(found):.2f}",
            "without_amount": 0,
        }
        for key, found in groups.items()
    }
    result = result_of(task)
    assert (result["groups"], result["contracts"]) == (len(expected), 1296)
    told = {tuple(g.pop(name) for name in by): g for g in result["first_groups"]}
    assert told == dict(sorted(expected.items())[:500])
    whole = pl.read_parquet(artifact(task, "groups.parquet"))
    assert [tuple(row) for row in whole.select(by).rows()] == sorted(expected)
    assert whole["total"].sum() == sum(money(row["amount"]) for row in real_rows())


def mean(amounts: list[Decimal]) -> Decimal:
    return (sum(amounts, Decimal(0)) / len(amounts)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )


def key_of(row: dict[str, str], name: str) -> str:
    year, month, _ = row["execution_date"].split("-")
    if name == "size_class":
        return size(Decimal(row["amount"]))
    derived = {
        "contractor": row["suppliers"],
        "year": year,
        "month": f"{year}-{month}",
        "quarter": f"{year}-Q{(int(month) + 2) // 3}",
    }
    return derived.get(name) or row[name]


def size(amount: Decimal) -> str:
    limits = {
        1: "less than 1",
        10_000: "1 to 10,000",
        50_000: "10,000 to 50,000",
        250_000: "50,000 to 250,000",
        1_000_000: "250,000 to 1 million",
        10_000_000: "1 to 10 million",
    }
    fitting = (name for limit, name in limits.items() if amount < limit)
    return next(fitting, "10 million and more")


def test_a_search_finds_what_a_plain_loop_finds(imported, run):
    task = run("search", query="SURGICAL prod*", limit=100)

    wanted = []
    for row in real_rows():
        fields = ("contract_number", "title", "suppliers", "directorate")
        more = ("procurement_unique_id", "contract_type")
        text = " ".join(row[name] for name in (*fields, *more)).lower()
        words = "".join(sign if sign.isalnum() else " " for sign in text).split()
        if "surgical" in words and any(word.startswith("prod") for word in words):
            wanted.append(row["contract_number"])
    assert result_of(task)["hits"] == len(wanted) > 10
    found = [hit["contract_number"] for hit in result_of(task)["best"]]
    assert sorted(found) == sorted(wanted)
