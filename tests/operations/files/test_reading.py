"""Rows come out as they were written; what cannot be read is set aside."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tasks_app.errors import OperationError
from tasks_app.operations.files.inspecting.outline import outline
from tasks_app.operations.tables import batches as batching
from tasks_app.operations.tables import blocks
from tasks_app.operations.tables.batches import batches, head
from tasks_app.operations.tables.dialect import Dialect
from tasks_app.operations.tables.layout import find_layout, unique_names
from tasks_app.operations.tables.opening import open_tables
from tasks_app.operations.tables.table import Record, Table
from tasks_app.operations.tables.texts import text_table

pytestmark = pytest.mark.embedded_only  # says nothing of a server

Write = Callable[..., Path]
COMMA = Dialect("utf-8", ",")


@dataclass
class Found:
    rows: list[list[str]] = field(default_factory=list)
    bad: list[Record] = field(default_factory=list)
    blank: int = 0


def read(table: Table) -> Found:
    found = Found()
    for batch in batches(table, find_layout(head(table))):
        found.rows += map(list, batch.frame.iter_rows())
        found.bad += batch.bad
        found.blank += batch.blank
    return found


def test_a_cell_keeps_line_ends_delimiters_and_blanks(write: Write) -> None:
    path = write('id,note\r\n1,"two\nlines, one\r\ncell"\r\n2,"  ""so"" "\r\n')
    assert read(text_table(path, COMMA)).rows == [
        ["1", "two\nlines, one\r\ncell"],
        ["2", '  "so" '],
    ]


def test_rows_of_another_width_are_bad_and_numbered_like_in_a_spreadsheet(
    write: Write,
) -> None:
    path = write('a,b\n1,"x\ny"\n\n1,2,3\n4\n5,6,,\n')
    found = read(text_table(path, COMMA))
    assert found.rows == [["1", "x\ny"], ["5", "6"]]
    assert found.blank == 1
    assert [(bad.number, bad.problem) for bad in found.bad] == [
        (4, "it has 3 cells where the table has 2 columns"),
        (5, "it has 1 cell where the table has 2 columns"),
    ]


@pytest.mark.parametrize(
    "line", [b"1,J\xfcrgen", b"1,nul\0", b"1,\xed\xa0\x80"], ids=repr
)
def test_signs_that_are_no_text_make_a_row_bad_and_no_other(
    write: Write, line: bytes
) -> None:
    path = write(b"id,name\n0,Zo\xc3\xab\n" + line + b"\n2,Ren\xc3\xa9\n")
    found = read(text_table(path, COMMA))
    assert found.rows == [["0", "Zoë"], ["2", "René"]]
    assert [bad.number for bad in found.bad] == [3]


def test_a_quotation_mark_that_never_ends_is_not_taken_for_a_cell(
    write: Write,
) -> None:
    found = read(text_table(write('a,b\n1,2\n3,"4\n5,6\n'), COMMA))
    assert found.rows == [["1", "2"]]
    assert [bad.problem for bad in found.bad] == ["its quotation marks do not match"]


@pytest.fixture
def _short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 100)
    monkeypatch.setattr(blocks, "LONGEST_LINE", 1000)


@pytest.mark.usefixtures("_short_lines")
def test_a_file_of_one_endless_line_is_refused(write: Write) -> None:
    with pytest.raises(OperationError, match="first line of the file has more than"):
        read(text_table(write("a,b" + "x" * 2000), COMMA))


@pytest.mark.usefixtures("_short_lines")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(
    "line",
    [
        "é" * 5000,
        "1," * 700 + "2",
        '"' + "y" * 3000 + '",1',
        '1,"x\n' + "y" * 3000 + '"',  # the mark that closes it is in the part cut off
        "z" * 3000 + '"',
    ],
)
def test_a_line_without_end_is_a_bad_row_and_the_others_are_kept(
    write: Write, line: str, encoding: str
) -> None:
    rows = [["1", "2"], *([["3", "4"]] * 60)]
    text = f"a,b\n1,2\n{line}\n" + "3,4\n" * 60

    found = read(text_table(write(text.encode(encoding)), Dialect(encoding, ",")))

    assert found.rows == rows
    (bad,) = found.bad
    assert (bad.number, bad.problem) == (3, blocks.TOO_LONG)
    assert sum(map(len, bad.cells)) <= blocks.KEPT + 10


@pytest.mark.parametrize("before", ["", "a,b\n1,2\n"])
def test_three_hundred_megabytes_of_one_line_take_little_memory(
    tmp_path: Path, before: str
) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(before.encode())
        for _ in range(300):
            file.write(b"word, " * 166_667)
        file.write(b"\n3,4\n")
    (table,), _ = open_tables(path)
    tracemalloc.start()
    try:
        if before:
            found = read(table)
            assert found.rows == [["1", "2"], ["3", "4"]]
            assert [bad[::2] for bad in found.bad] == [(3, blocks.TOO_LONG)]
        else:
            with pytest.raises(
                OperationError, match="The first line of the file has more"
            ):
                outline(table)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_batches_are_bounded_in_rows_and_in_characters(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "BATCH_ROWS", 10)
    monkeypatch.setattr(batching, "BATCH_CHARACTERS", 500)
    path = write("a,b\n" + '1,"2\n"\n' * 25 + f"{'x' * 600},2\n" * 2)
    table = text_table(path, COMMA)
    sizes = [batch.frame.height for batch in batches(table, find_layout(head(table)))]
    assert sizes == [0, 10, 10, 6, 1, 0]


def test_lines_above_the_table_are_no_header() -> None:
    layout = find_layout(
        [
            (1, ["Account", "DE12"]),
            (2, []),
            (3, ["Date", "Text", "Amount", "Balance"]),
            (4, ["2025-01-01", "x", "1.00", "2.00"]),
        ]
    )
    assert layout.header_row == 3
    assert layout.columns == ["Date", "Text", "Amount", "Balance"]


def test_a_table_without_header_keeps_its_first_row() -> None:
    layout = find_layout([(1, ["2025-01-01", "x", "1.00"]), (2, ["2025", "y", "2.00"])])
    assert layout.header_row == 0
    assert layout.columns == ["column_1", "column_2", "column_3"]


def test_years_may_be_names_of_columns() -> None:
    assert find_layout([(1, ["country", "2023", "2024"])]).header_row == 1


def test_every_column_has_a_name_of_its_own() -> None:
    names = unique_names(["a", "A", "", " a ", "a_2", "two\nlines", "x\0"])
    assert names == ["a", "A_2", "column_3", "a_3", "a_2_2", "two lines", "x\ufffd"]
