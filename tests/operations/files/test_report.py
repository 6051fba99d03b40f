"""The Excel report holds letters: nothing in it is calculated, linked or converted."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tasks_app.operations.files.values.columns import Column
from tasks_app.operations.files.writing import report
from tasks_app.operations.files.writing.report import Report
from tasks_app.operations.tables.table import Record

pytestmark = pytest.mark.embedded_only  # says nothing of a server

DANGEROUS = [
    '=HYPERLINK("http://example.com","x")',
    "=1+1",
    "{=1+1}",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\uff1d1+1",  # full-width forms of = + - @
    "\uff0b1",
    "\uff0d1",
    "\uff20now",
    "https://example.com",
    "mailto:a@example.com",
    "internal:Sheet1!A1",
    "007",
    "1234567890123456789",
    "1e5",
    "2025-01-02",
    "true",
    "_x0041_",
    "<r><t>markup</t></r>",
    "<r>",
    "a & <b> \"c\" 'd'",
    "\x01\x1f",
    "  blanks  ",
    "\U0001f600",
]


ANY_SIGN = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff")


def write(path: Path, cells: list[str]) -> Path:
    written = Report(path, tables=1)
    written.columns("", [Column("=name", "text", 0.5, ["=1", "=2"])])
    written.header(0, ["=header"])
    written.rows(0, [[cell] for cell in cells])
    written.bad_rows("=sheet", [Record(7, cells[:3], "=problem")])
    written.close([("=label", "=text")])
    return path


def read(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # openpyxl's own
        return openpyxl.load_workbook(path, rich_text=False)


def column(path: Path) -> list[str]:
    """Return the data as a spreadsheet program shows it (ECMA-376, ST_Xstring)."""
    rows = read(path)["Data"].iter_rows(values_only=True)
    return [unescape(row[0]) for row in rows]


def test_dangerous_cells_come_back_letter_by_letter(tmp_path: Path) -> None:
    path = write(tmp_path / "report.xlsx", DANGEROUS)
    assert column(path) == ["=header", *DANGEROUS]


def test_no_cell_of_any_sheet_is_anything_but_text(tmp_path: Path) -> None:
    book = read(write(tmp_path / "report.xlsx", DANGEROUS))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_the_file_itself_has_no_formula_and_no_link(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path / "report.xlsx", DANGEROUS)) as archive:
        sheets = [name for name in archive.namelist() if "worksheets/" in name]
        content = b"".join(archive.read(name) for name in sheets)
    assert len(sheets) == 6
    assert b"<f>" not in content
    assert b"<hyperlink" not in content
    assert b'r="A1" s="1" t="inlineStr"' in content


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\udcff"])
def test_signs_that_no_xml_holds_are_replaced(tmp_path: Path, sign: str) -> None:
    path = write(tmp_path / "report.xlsx", [f"a{sign}b"])
    assert column(path)[1] == "a\ufffdb"


def test_what_excel_cannot_hold_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROW_LIMIT", 10)
    path = write(tmp_path / "report.xlsx", ["x"] * 13)
    assert len(column(path)) == 10
    lines = dict(read(path)["Summary"].iter_rows(values_only=True))
    assert lines["Left out of “Data”"].startswith("4 rows")


@pytest.mark.parametrize("cell", ["y" * 40_000, f"<r>{'y' * 40_000}</r>"])
def test_a_cell_that_is_too_long_is_shortened_and_said(
    tmp_path: Path, cell: str
) -> None:
    path = write(tmp_path / "report.xlsx", [cell, "z"])
    shown = column(path)[1]
    assert cell.startswith(shown)
    assert len(shown) == 32_767
    lines = dict(read(path)["Summary"].iter_rows(values_only=True))
    assert lines["Shortened"].startswith("1 cell")


def test_an_abandoned_report_leaves_nothing_open(tmp_path: Path) -> None:
    unfinished = Report(tmp_path / "report.xlsx", tables=2)
    unfinished.rows(1, [["a"]])
    unfinished.abandon()
    assert not (tmp_path / "report.xlsx").exists()


@settings(deadline=None, max_examples=30)
@given(cell=st.text(ANY_SIGN, min_size=1))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, cell: str
) -> None:
    path = write(tmp_path_factory.mktemp("report") / "report.xlsx", [cell])
    assert column(path)[1] == cell
