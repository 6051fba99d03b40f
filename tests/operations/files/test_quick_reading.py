"""Many lines at a time come out as they do row by row."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks_app.operations.tables import blocks, quick
from tasks_app.operations.tables.batches import batches
from tasks_app.operations.tables.dialect import Dialect
from tasks_app.operations.tables.layout import Layout
from tasks_app.operations.tables.texts import text_table

pytestmark = pytest.mark.embedded_only  # says nothing of a server

Read = tuple[list[tuple[str, ...]], list[tuple[int, str]], int]
CELLS = st.sampled_from(
    ["", " ", "a", "ä", "1.5", '"q"', '"a,b"', '"x""y"', '"', 'a"b', '"z" ', "\t", ","]
)
LINES = st.lists(CELLS, min_size=1, max_size=4).map(",".join)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", "\r"])
TEXTS = st.lists(st.tuples(LINES, ENDS), max_size=12).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def read(path: Path, encoding: str = "utf-8") -> Read:
    layout = Layout(["one", "two", "three"], header_row=1)
    rows, bad, blank = [], [], 0
    for batch in batches(text_table(path, Dialect(encoding, ",")), layout):
        rows += list(batch.frame.iter_rows())
        bad += [(record.number, record.problem) for record in batch.bad]
        blank += batch.blank
    return rows, bad, blank


@given(
    text=TEXTS, size=st.integers(1, 60), encoding=st.sampled_from(["utf-8", "cp1252"])
)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_both_ways_of_reading_agree(
    tmp_path: Path, text: str, size: int, encoding: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(("one,two,three\n" + text).encode(encoding))
    with mock.patch.object(quick, "read", return_value=None):
        expected = read(path, encoding)

    with mock.patch.object(blocks, "BLOCK", size):
        assert read(path, encoding) == expected


@pytest.mark.parametrize(
    "lines",
    [
        b"1,2,3\n4,5,6\n",
        b'1,"a,b",3\r\n"","x""y",\r\n',
        b"1,2,\xc3\xa4\n\n\n,,\n",
    ],
)
def test_sound_lines_are_read_quickly(lines: bytes) -> None:
    assert quick.read(lines, ["one", "two", "three"], ",") is not None


@pytest.mark.parametrize(
    "lines",
    [
        b"1,2\n4,5,6,7\n",
        b"1,2\n4,5,6\n",
        b'1,"a\nb",3\n',
        b'1,a"b,3\n',
        b"1,2,\xff\n",
        b"1,2,\0\n",
        b"1,2,3\r4,5,6\n",
    ],
)
def test_what_could_be_read_in_two_ways_needs_care(lines: bytes) -> None:
    assert quick.read(lines, ["one", "two", "three"], ",") is None
