"""Columns may be called anything, also as our tables and libraries call theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tasks_app.models import Task
from tests.operations.files.conftest import artifact, result_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server

PATTERNS = ["id", "*", "^", "col('id')", "Date*", "literal", "len"]
OURS = ["id", "place", "earlier", "what", "what_", "sheet", "one", "key", "now/id"]
ALIKE = ["id", "+", "-", "Price €", "Price $", "price_", "PRICE__", "Price"]


def rows(names: list[str], *, changed: int = -1) -> list[list[str]]:
    """Return forty rows with a cell of its own for each column."""
    return [
        names,
        *(
            [f"{n}", *(f"{n}.{c}{'!' * (n == changed)}" for c in range(1, len(names)))]
            for n in range(40)
        ),
    ]


@pytest.mark.parametrize("names", [PATTERNS, OURS, ALIKE])
def test_a_file_and_its_later_one_keep_any_names(
    run_file: Callable[..., Task], write_rows: Callable[..., Path], names: list[str]
) -> None:
    run_file(write_rows(rows(names)))

    task = run_file(write_rows([*rows(names, changed=7)[:-1], *rows(names)[-1:]]))

    assert task.status == "completed", task.error_message
    counts = {"new": 0, "changed": 1, "gone": 0, "unchanged": 39}
    assert counts.items() <= result_of(task)["differences"].items()
    cleaned = pl.read_parquet(artifact(task, "cleaned.parquet"))
    assert cleaned.columns[: len(names)] == names
    assert cleaned.row(3)[:2] == (3, "3.1") or cleaned.row(3)[:2] == (3, 3.1)
    (told,) = pl.read_parquet(artifact(task, "changes.parquet")).to_dicts()
    assert told["what"].count(" → ") == len(names) - 1
    assert f"{names[1]}: 7.1 → 7.1!" in told["what"]


def test_cells_that_changed_places_between_like_columns_are_changed(
    run_file: Callable[..., Task], write: Callable[..., Path]
) -> None:
    def text(*pair: str) -> str:
        lines = [f"{n},{n}1,{n}2" for n in range(60)]
        return "\n".join(["id,Price €,Price $", *lines, ",".join(["60", *pair])])

    run_file(write(text("5", "7")))

    task = run_file(write(text("7", "5")))

    assert result_of(task)["differences"]["changed"] == 1


def test_the_report_has_them_as_they_are(
    run_file: Callable[..., Task], write_rows: Callable[..., Path]
) -> None:
    import openpyxl

    task = run_file(write_rows(rows(PATTERNS)))

    sheet = openpyxl.load_workbook(artifact(task, "report.xlsx"))["Data"]
    assert [cell.value for cell in next(sheet.iter_rows())][: len(PATTERNS)] == PATTERNS


def test_a_name_that_reads_like_a_pattern_is_told_apart_from_one(
    run_file: Callable[..., Task], write_rows: Callable[..., Path]
) -> None:
    names = ["id", "^.*$", "^id$"]
    run_file(write_rows(rows(names)))

    task = run_file(write_rows(rows(names, changed=7)))

    assert result_of(task)["differences"]["changed"] == 1
    cleaned = pl.read_parquet(artifact(task, "cleaned.parquet"))
    assert cleaned.columns == ["id", "^.*$_", "^id$_"]
