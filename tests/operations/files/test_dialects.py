"""The delimiter of a text is found, whatever stands in its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_app.operations.tables.dialect import (
    DELIMITERS,
    find_delimiter,
    find_dialect,
    rows,
)
from tasks_app.operations.tables.texts import text_table

pytestmark = pytest.mark.embedded_only  # says nothing of a server

NASTY = st.text(alphabet=st.sampled_from("ab ,;\t|\"'\n1"), max_size=6)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    header = [f"column {chr(97 + n)}" for n in range(width)]
    row = st.lists(NASTY, min_size=width, max_size=width)
    return [header, *draw(st.lists(row, min_size=3, max_size=30))]


@given(table=tables(), delimiter=st.sampled_from(DELIMITERS))
def test_what_was_written_is_read(table: list[list[str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(table)
    assert find_delimiter(text.getvalue()) == delimiter
    assert rows(text.getvalue(), delimiter) == table


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;x\n1,5;2,5;y\n", ";"),
        ("name\tnote\nx\ta, b; c\n", "\t"),
        ("a|b\n1|2,3\n", "|"),
        ("City\nParis, France\nRome, Italy\n", ","),
        ("City\nParis; France\nRome; Italy\n", ","),
        ("Account;DE12\nFrom;x\n\nDate;Text;Sum\n1.1.;a,b;1,5\n2.1.;c,d;2,5\n", ";"),
    ],
)
def test_signs_inside_cells_do_not_mislead(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


def test_the_hint_for_excel_is_obeyed_and_is_no_row(
    write: Callable[..., Path],
) -> None:
    path = write("sep=|\r\na|b,c\r\n1|2\r\n")
    dialect = find_dialect(path)
    assert dialect.delimiter == "|"
    records = list(text_table(path, dialect).records())
    assert [record.cells for record in records] == [["a", "b,c"], ["1", "2"]]


def test_one_column_of_a_tsv_is_still_tabs(write: Callable[..., Path]) -> None:
    assert find_dialect(write("name\nAda\nBen\n", name="a.tsv")).delimiter == "\t"
