"""The sheets of a workbook are read as text that loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tasks_app.errors import OperationError
from tasks_app.models import Task
from tasks_app.operations.tables.sheets import cell_text, sheet_tables
from tests.operations.files.conftest import result_of
from tests.operations.files.workbooks import workbook

pytestmark = pytest.mark.embedded_only  # says nothing of a server


def save(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_every_sheet_that_holds_something_is_a_table(
    run_file: Callable[..., Task], tmp_path: Path
) -> None:
    rows: list[list[object]] = [["a", "b"], ["1", "2"]]
    late: list[list[object]] = [*[[]] * 500, *rows]
    sheets: dict[str, list[list[object]]]
    sheets = {"One": rows, "Blank": [], "Blanks": [[" "]], "Zwei & 3": late}
    result = result_of(run_file(save(tmp_path / "a.xlsx", sheets)))
    assert result["sheets"] == ["One", "Zwei & 3"]
    assert [table["rows"] for table in result["tables"]] == [1, 1]
    assert [table["header_row"] for table in result["tables"]] == [1, 501]


def test_a_workbook_of_blank_sheets_fails_with_a_sentence(
    run_file: Callable[..., Task], tmp_path: Path
) -> None:
    task = run_file(save(tmp_path / "a.xlsx", {"One": [], "Two": [[" "]]}))
    assert (task.status, task.error_code) == ("failed", "empty_file")
    assert "only blank cells" in task.error_message


def test_a_sheet_that_is_no_xml_fails_with_a_sentence(
    run_file: Callable[..., Task], tmp_path: Path
) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&oops;</t></is></c></row>'
    task = run_file(workbook(tmp_path / "a.xlsx", rows=rows))
    assert (task.status, task.error_code) == ("failed", "unreadable_file")
    assert task.error_message.startswith("The sheet “S” of the workbook cannot be read")


def test_values_become_text_as_people_write_them(tmp_path: Path) -> None:
    row: list[object] = [
        5,
        2.5,
        0.1,
        1e-7,
        1e20,
        True,
        "007",
        dt.date(2025, 1, 2),
        None,
    ]
    path = save(tmp_path / "a.xlsx", {"S": [["name"] * 9, row]})
    (table,) = sheet_tables(path)
    _, record = table.records()
    assert record.number == 2
    assert record.cells == [
        "5",
        "2.5",
        "0.1",
        "0.0000001",
        "100000000000000000000",
        "true",
        "007",
        "2025-01-02",
        "",
    ]


def test_a_time_of_day_is_kept() -> None:
    moment = dt.datetime.fromisoformat("2025-01-02T03:04:00")
    assert cell_text(moment) == "2025-01-02 03:04:00"
    assert cell_text(dt.time(10, 30)) == "10:30:00"


def test_rows_are_numbered_as_the_program_shows_them(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", {"S": [[], [], ["a", "b"], ["1", "2"]]})
    (table,) = sheet_tables(path)
    found = [(record.number, record.cells) for record in table.records()]
    assert found[-2:] == [(3, ["a", "b"]), (4, ["1", "2"])]


def test_a_broken_workbook_fails_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(OperationError, match="cannot be read"):
        sheet_tables(path)
