"""Real files come out as an independent reading with the csv module says."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest

from tasks_app.models import Task
from tests.operations.files.conftest import REAL_DATA, artifact, result_of

pytestmark = pytest.mark.skipif(
    not REAL_DATA.is_dir() and not os.environ.get("CI"),  # there they must be
    reason="the real files lie beside the checkout, not in it",
)

FILES = {
    "act_contracts_2025.csv": "contracts",
    "sp500_constituents.csv": "companies",
    "sp500_constituents_earlier.csv": "companies",
}
READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "date": dt.date.fromisoformat,
    "boolean": lambda text: {"yes": True, "true": True}.get(text.lower(), False),
}


def rows_of(name: str) -> list[dict[str, str]]:
    with (REAL_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kind_of(cells: list[str]) -> str:
    """Say by simple means what a column holds."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return "empty"
    if {cell.lower() for cell in filled} <= {"true", "false"}:
        return "boolean"
    if {cell.lower() for cell in filled} <= {"yes", "no"}:
        return "boolean"
    for kind in ("integer", "decimal", "date"):
        if all(reads(kind, cell) for cell in filled):
            return kind
    return "text"


def reads(kind: str, cell: str) -> bool:
    if kind != "date" and (
        cell[:1] == "+" or (cell[:1] == "0" and cell[1:2].isdigit())
    ):
        return False
    try:
        READERS[kind](cell)
    except (ValueError, ArithmeticError):
        return False
    return True


@pytest.mark.parametrize(("name", "document"), FILES.items())
def test_rows_types_and_values_agree(
    run_file: Callable[..., Task], name: str, document: str
) -> None:
    rows = rows_of(name)
    expected = {column: kind_of([row[column] for row in rows]) for column in rows[0]}
    task = run_file(REAL_DATA / name)

    assert task.status == "completed"
    assert (result_of(task)["rows"], result_of(task)["good"]) == (len(rows), len(rows))
    assert result_of(task)["document"]["type"] == document
    columns = result_of(task)["tables"][0]["columns"]
    assert {column["name"]: column["type"] for column in columns} == expected
    for column in columns:
        blank = sum(1 for row in rows if not row[column["name"]].strip())
        assert column["empty_share"] == round(blank / len(rows), 4)

    frame = pl.read_parquet(artifact(task, "cleaned.parquet"))
    for column, kind in expected.items():
        read = READERS.get(kind, str)
        values = [
            read(row[column].strip() if kind != "text" else row[column])
            if row[column].strip()
            else None
            for row in rows
        ]
        assert frame[column].to_list() == values

    sheet = openpyxl.load_workbook(artifact(task, "report.xlsx"))["Data"]
    width = len(rows[0])
    added = [each["name"] for each in result_of(task)["tables"][0]["added"]]
    assert [cell.value for cell in sheet[1]][width:] == added
    shown = [["" if v is None else v for v in row[:width]] for row in sheet.values]
    assert shown == [list(rows[0]), *(list(row.values()) for row in rows)]
