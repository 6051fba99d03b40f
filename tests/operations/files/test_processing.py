"""A file goes through the engine from submit to its artifacts."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.contrib.auth.models import User

from tasks_app.errors import InvalidInputError
from tasks_app.models import Task, Upload
from tasks_app.operations.files.inspecting import outline
from tasks_app.operations.files.writing import report
from tasks_app.operations.messages import SENTENCES
from tasks_app.operations.tables import blocks
from tests.operations.files.conftest import EXAMPLES, artifact, result_of, run_task

Run = Callable[..., Task]
Write = Callable[..., Path]

STEPS = [
    "initializing_streaming",
    "duplicate_check",
    "field_detection",
    "platform_detection",
    "document_classification",
    "starting_transaction",
    "storing",
    "extracting",
    "processing_decision",
    "enrichment",
    "complete",
]
ORIGINS = {
    "bank-statement-later.csv": (117, "bank export", "transactions"),
    "bank-statement.csv": (120, "bank export", "transactions"),
    "contacts.csv": (100, "unknown", "contacts"),
    "invoices-utf16.csv": (50, "unknown", "invoices"),
    "kontoauszug-umlaute.csv": (60, "bank export", "transactions"),
    "orders-two-sheets.xlsx": (100, "unknown", "orders"),
    "paypal-activity.csv": (70, "PayPal", "transactions"),
    "products.tsv": (60, "unknown", "products"),
    "quiet-day.csv": (0, "bank export", "transactions"),
    "shopify-orders.csv": (80, "Shopify", "orders"),
    "statement-sent-twice.csv": (120, "bank export", "transactions"),
    "stripe-charges.csv": (90, "Stripe", "transactions"),
    "stripe-payouts.csv": (150, "Stripe", "payouts"),
    "tickets-formulas.csv": (48, "unknown", "unknown"),
    "timesheets-bad-rows.csv": (40, "unknown", "employees"),
}


def steps(task: Task) -> list[str]:
    events = task.events.filter(kind="step").order_by("version")
    return [event.step for event in events]


def errors(task: Task) -> list[str]:
    events = task.events.filter(kind="error").order_by("version")
    return [event.message for event in events]


def sometimes(result: dict[str, Any]) -> set[str]:
    """The steps for what a file has that stands alone: names, transactions."""
    tables = result["tables"]
    added = {addition["what"] for table in tables for addition in table["added"]}
    names = any(table["entities"] for table in tables)
    return {
        *(["entity_resolution"] if names else []),
        *(["classification"] if "category" in added else []),
    }


def last_step(task: Task) -> str:
    message: str = task.events.get(kind="step", step="complete").message
    return message


def types(task: Task, table: int = 0) -> dict[str, str]:
    columns = result_of(task)["tables"][table]["columns"]
    return {column["name"]: column["type"] for column in columns}


@pytest.mark.parametrize(("name", "origin"), ORIGINS.items())
def test_a_sample_is_understood(
    run_file: Run, name: str, origin: tuple[int, str, str]
) -> None:
    task = run_file(EXAMPLES / name)
    bad = name == "timesheets-bad-rows.csv"
    assert task.status == ("completed_with_errors" if bad else "completed")
    result = result_of(task)
    told = steps(task)
    assert set(told) == {*STEPS, *sometimes(result)}
    assert told == [step for step in SENTENCES if step in told]  # the source's order
    found = (result["rows"], result["platform"]["name"], result["document"]["type"])
    assert found == origin
    frames = [pl.read_parquet(artifact(task, n)) for n in parquets(task)]
    assert sum(frame.height for frame in frames) == result["good"]


def parquets(task: Task) -> list[str]:
    names = task.artifacts.values_list("name", flat=True)
    return sorted(name for name in names if name.endswith(".parquet"))


def test_every_sample_has_its_expectation() -> None:
    kinds = (".csv", ".tsv", ".xlsx")
    assert {p.name for p in EXAMPLES.iterdir() if p.suffix in kinds} == set(ORIGINS)


def test_bad_rows_are_counted_and_listed(run_file: Run) -> None:
    task = run_file(EXAMPLES / "timesheets-bad-rows.csv")
    assert (result_of(task)["good"], result_of(task)["bad"]) == (36, 4)
    assert task.error_count == 4
    assert errors(task) == [
        "Row 7: it has 7 cells where the table has 6 columns.",
        "Row 14: it has 3 cells where the table has 6 columns.",
        "Row 22: some of its characters cannot be read.",
        "Row 31: its quotation marks do not match.",
    ]
    sheet = workbook(task)["Bad rows"]
    rows = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == ["7", "14", "22", "31"]
    assert (
        "4 rows could not be read"
        in task.events.get(kind="step", step="complete").message
    )


def workbook(task: Task) -> Any:
    return openpyxl.load_workbook(artifact(task, "report.xlsx"))


def test_more_than_a_hundred_bad_rows_are_told_in_one_sentence(
    run_file: Run, write: Write
) -> None:
    task = run_file(write("a,b\n1,2\n" + "only one\n" * 250))
    assert task.status == "completed_with_errors"
    assert result_of(task)["bad"] == 250
    told = errors(task)
    assert len(told) == 101
    assert told[99].startswith("Row 102: ")
    assert told[100] == "150 more rows could not be read; the report lists them."
    assert workbook(task)["Bad rows"].max_row == 251


def test_one_more_bad_row_is_told_in_the_singular(run_file: Run, write: Write) -> None:
    task = run_file(write("a,b\n1,2\n" + "only one\n" * 101))

    assert errors(task)[100] == "1 more row could not be read; the report lists it."


def test_an_endless_line_is_named_and_the_good_rows_are_kept(
    run_file: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 1_000)
    monkeypatch.setattr(blocks, "LONGEST_LINE", 5_000)
    task = run_file(write("a,b\n" + "1,2\n" * 9 + "x" * 20_000 + "\n3,4\n"))
    assert task.status == "completed_with_errors"
    assert (result_of(task)["good"], result_of(task)["bad"]) == (10, 1)
    assert errors(task) == ["Row 11: it is a line of more than 8 million characters."]
    assert workbook(task)["Bad rows"].max_row == 2


def test_formulas_reach_the_report_letter_by_letter(run_file: Run) -> None:
    path = EXAMPLES / "tickets-formulas.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = [row["Subject"] for row in csv.DictReader(file)]
    task = run_file(path)
    cells = [row[3] for row in workbook(task)["Data"].iter_rows(min_row=2)]
    plain = [text.replace("_x005F_", "_") for text in (cell.value for cell in cells)]
    assert plain == expected
    assert {cell.data_type for cell in cells} == {"s"}
    assert pl.read_parquet(artifact(task, "cleaned.parquet"))["Subject"].to_list() == (
        expected
    )


def test_each_sheet_has_its_own_parquet_and_data(run_file: Run) -> None:
    task = run_file(EXAMPLES / "orders-two-sheets.xlsx")
    assert result_of(task)["sheets"] == ["Orders", "Customers"]
    assert parquets(task) == ["cleaned-1-orders.parquet", "cleaned-2-customers.parquet"]
    assert types(task)["Total"] == "decimal"
    assert types(task, 1)["Since"] == "date"
    book = workbook(task)
    assert (book["Data"].max_row, book["Data 2"].max_row) == (76, 26)


def test_values_are_typed_in_parquet_and_verbatim_in_the_report(run_file: Run) -> None:
    task = run_file(EXAMPLES / "kontoauszug-umlaute.csv")
    assert result_of(task)["encoding"] == "cp1252"
    assert result_of(task)["encoding_guessed"] is True
    assert result_of(task)["delimiter"] == ";"
    frame = pl.read_parquet(artifact(task, "cleaned.parquet"))
    assert str(frame["Betrag (EUR)"][0]) == "-1559.45"
    assert frame["Buchungstag"].dtype == pl.Date
    assert frame["Begünstigter"][0] == "Möbelhaus Weiß"
    assert workbook(task)["Data"]["F2"].value == "-1.559,45"


def test_parquet_is_compressed_with_zstandard(run_file: Run, write: Write) -> None:
    task = run_file(write("a\n" + "x" * 10_000 + "\n"))
    content = artifact(task, "cleaned.parquet").read_bytes()
    assert b"\x28\xb5\x2f\xfd" in content  # a frame of Zstandard (RFC 8878, 3.1.1)


def test_a_header_without_rows_completes(run_file: Run) -> None:
    task = run_file(EXAMPLES / "quiet-day.csv")
    assert task.status == "completed"
    frame = pl.read_parquet(artifact(task, "cleaned.parquet"))
    named = ["Date", "Description", "Amount", "Balance"]
    assert frame.columns == [*named, "category", "category_reason"]
    assert last_step(task) == "Done! quiet-day.csv has columns but no rows"


def test_a_duplicate_names_the_earlier_task(run_file: Run, bob: User) -> None:
    bobs = run_file(EXAMPLES / "bank-statement.csv", owner=bob)
    first = run_file(EXAMPLES / "bank-statement.csv")
    assert result_of(first)["duplicate_of"] is None
    again = run_file(EXAMPLES / "statement-sent-twice.csv")
    assert result_of(again)["duplicate_of"] == str(first.pk)
    assert again.status == "completed"
    place = steps(first).index("processing_decision") + 1
    told = steps(first)[:place], steps(first)[place:]
    assert steps(again) == [*told[0], "duplicate_found", *told[1]]
    event = again.events.get(kind="step", step="duplicate_found")
    assert event.data["task"] == str(first.pk)
    assert str(bobs.pk) not in str(result_of(again))


def test_an_unfinished_task_is_no_earlier_one(
    submit_file: Callable[..., Task], run_file: Run
) -> None:
    submit_file(EXAMPLES / "contacts.csv")
    assert result_of(run_file(EXAMPLES / "contacts.csv"))["duplicate_of"] is None


def test_rows_beyond_what_excel_holds_are_said_to_be_left_out(
    run_file: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROW_LIMIT", 6)
    task = run_file(write("a,b\n" + "1,2\n" * 20))
    book = workbook(task)
    assert book["Data"].max_row == 6
    lines = dict(book["Summary"].iter_rows(values_only=True))
    assert lines["Left out of “Data”"].startswith("15 rows")
    assert pl.read_parquet(artifact(task, "cleaned.parquet")).height == 20


def test_too_many_columns_fail_with_a_sentence(
    run_file: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outline, "MOST_COLUMNS", 3)
    task = run_file(write("a,b,c,d\n1,2,3,4\n"))
    assert (task.status, task.error_code) == ("failed", "too_many_columns")
    assert "4 columns" in task.error_message


def test_a_refused_file_leaves_nothing_behind(
    submit_file: Callable[..., Task], settings: Any
) -> None:
    with pytest.raises(InvalidInputError, match="PDF document"):
        submit_file(EXAMPLES / "refused" / "pdf-named-csv.csv")
    assert not Upload.objects.exists()
    assert [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()] == []


def test_a_file_that_went_missing_fails_with_a_sentence(
    submit_file: Callable[..., Task], write: Write
) -> None:
    task = submit_file(write("a,b\n1,2\n"))
    assert task.upload is not None
    task.upload.path.unlink()
    ended = run_task(task)
    assert (ended.status, ended.error_code) == ("failed", "file_missing")
    assert "Upload it again" in ended.error_message
