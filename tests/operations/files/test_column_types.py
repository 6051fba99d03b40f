"""A column has a type only if no value of it is changed by that."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_app.operations.files.values.columns import Column, Survey, as_values
from tasks_app.operations.tables.batches import as_frame

pytestmark = pytest.mark.embedded_only  # says nothing of a server

UTC = dt.UTC
VISIBLE_OR_BLANK = st.characters(codec="utf-8", exclude_categories=["Cc"])


def look(*batches: list[str]) -> Column:
    survey = Survey("x")
    for cells in batches:
        survey.look(pl.Series("x", cells, dtype=pl.String))
    return survey.column()


def values(cells: list[str]) -> list[Any]:
    return as_values(pl.Series("x", cells, dtype=pl.String), look(cells)).to_list()


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (["1", " 2 ", ""], "integer", [1, 2, None]),
        (["1234567890123456"], "integer", [1234567890123456]),
        (["1,234,567", "1"], "integer", [1234567, 1]),
        (["1.5", "10", "-3.25"], "decimal", ["1.50", "10.00", "-3.25"]),
        (["1,234.56", "7"], "decimal", ["1234.56", "7.00"]),
        (["1.234,56", "-5"], "decimal", ["1234.56", "-5.00"]),
        (["0.1" + "0" * 20 + "1"], "decimal", ["0.1" + "0" * 20 + "1"]),
        (["2024-02-29"], "date", [dt.date(2024, 2, 29)]),
        (["31.12.2024"], "date", [dt.date(2024, 12, 31)]),
        (
            ["13/04/2025", "1/2/2025"],
            "date",
            [dt.date(2025, 4, 13), dt.date(2025, 2, 1)],
        ),
        (
            ["04/13/2025", "1/2/2025"],
            "date",
            [dt.date(2025, 4, 13), dt.date(2025, 1, 2)],
        ),
        (["05 Jan 2025"], "date", [dt.date(2025, 1, 5)]),
        (
            ["2024-01-05 10:30"],
            "datetime",
            [dt.datetime.fromisoformat("2024-01-05 10:30")],
        ),
        (
            ["2024-01-05T10:30:00Z", "2024-01-05 10:30:01.5 -0500"],
            "datetime",
            [
                dt.datetime(2024, 1, 5, 10, 30, tzinfo=UTC),
                dt.datetime(2024, 1, 5, 15, 30, 1, 500000, tzinfo=UTC),
            ],
        ),
        (["TRUE", "false"], "boolean", [True, False]),
        (["yes", "No"], "boolean", [True, False]),
        (["", " "], "empty", [None, None]),
    ],
)
def test_values_are_read(cells: list[str], kind: str, expected: list[Any]) -> None:
    assert look(cells).type == kind
    found = values(cells)
    assert [str(v) if isinstance(v, Decimal) else v for v in found] == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "8"],  # a number would lose its zeros
        ["+49 30 1234567"],
        ["+5"],
        ["-0"],
        ["12345678901234567890"],  # more digits than 64 bits hold
        ["9" * 30 + "." + "9" * 30],
        ["1e5"],
        ["٣"],
        ["2024-02-30"],
        ["01.02.24"],  # of which century?
        ["2024-01-05 10:30:00.1234567"],
        ["yes", "true"],
        ["=1+1"],
        ["12:30"],
    ],
    ids=lambda cells: str(cells[0])[:24],
)
def test_what_would_be_changed_stays_text(cells: list[str]) -> None:
    assert look(cells).type == "text"
    assert values(cells) == cells


@pytest.mark.parametrize("cells", [["03/04/2025"], ["1,234"], ["1.234", "999"]])
def test_what_can_be_read_in_two_ways_stays_text_and_says_so(cells: list[str]) -> None:
    column = look(cells)
    assert column.type == "text"
    assert "two ways" in column.note
    assert values(cells) == cells


def test_the_last_row_decides_as_much_as_the_first() -> None:
    assert look(["1"] * 1000, ["2"] * 1000).type == "integer"
    assert look(["1"] * 1000, ["2"] * 999 + ["n/a"]).type == "text"
    assert look(["1"] * 1000, ["0.125"]).scale == 3


def test_a_later_batch_tells_how_an_earlier_one_is_meant() -> None:
    column = look(["1,234"], ["0,5"])
    assert (column.type, column.scale) == ("decimal", 3)
    read = as_values(pl.Series("x", ["1,234", "0,5"]), column).to_list()
    assert read == [Decimal("1.234"), Decimal("0.5")]


def test_empty_share_and_examples_come_from_all_rows() -> None:
    column = look(["", "a", "a"], ["b", " ", "c", "d", ""])
    assert column.empty_share == 0.375
    assert column.examples == ["a", "b", "c"]


def test_a_long_example_is_shortened() -> None:
    assert look(["x" * 500]).examples == ["x" * 59 + "…"]


def test_a_cell_of_another_form_than_surveyed_is_not_lost_in_silence() -> None:
    with pytest.raises((ValueError, pl.exceptions.PolarsError)):
        as_values(pl.Series("x", ["1", "two"]), look(["1"]))
    with pytest.raises(ValueError, match="another form"):
        as_values(pl.Series("x", ["yesterday"]), look(["2024-01-05"]))


def test_a_table_without_rows_keeps_its_columns() -> None:
    assert as_frame([], ["a", "b"]).columns == ["a", "b"]


@given(st.lists(st.integers(-(10**20), 10**20).map(str), min_size=1))
def test_whole_numbers_come_back_exactly(cells: list[str]) -> None:
    assert [str(value) for value in values(cells)] == cells


@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=4).map(
            lambda number: format(number, "f")
        ),
        min_size=1,
    )
)
def test_decimals_come_back_exactly(cells: list[str]) -> None:
    read = values(cells)
    assert [Decimal(value) for value in read] == [Decimal(cell) for cell in cells]


@given(st.lists(st.text(VISIBLE_OR_BLANK, max_size=12), min_size=1))
def test_text_comes_back_exactly(cells: list[str]) -> None:
    column = look(cells)
    if column.type == "text":
        expected = [cell if cell.strip() else None for cell in cells]
        assert values(cells) == expected
