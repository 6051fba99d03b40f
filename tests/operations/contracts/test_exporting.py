"""An export holds what was asked for, literally, and not for ever."""

from __future__ import annotations

import datetime as dt
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone
from openpyxl.utils.escape import unescape

from tasks_app import lifecycle
from tasks_app.models import Artifact
from tasks_app.operations.context import Context
from tasks_app.operations.contracts import workbook
from tasks_app.operations.contracts.columns import NAMES
from tasks_app.operations.tables.cells import LONGEST_CELL
from tests.conftest import ORIGIN
from tests.operations.contracts.conftest import contract, messages
from tests.operations.files.conftest import artifact, result_of, run_task

pytestmark = pytest.mark.embedded_only  # says nothing of a server

TITLE, NUMBER = NAMES.index("title"), NAMES.index("contract_number")
NASTY = [
    *("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "{=1}"),
    *("http://example.com", "mailto:a@b.c", "internal:Sheet1!A1", "007", "1e5"),
    *("<r><t>x</t></r>", "a\tb", "a\u2028b", "x" * 40_000, "_x0041_", "a\x01b"),
    "TRUE",
]


def exported(task, name="contracts.xlsx"):
    book = openpyxl.load_workbook(artifact(task, name))
    return [row for sheet in book for row in list(sheet.values)[1:]]


def test_no_cell_becomes_a_formula_a_link_or_a_number(run, write):
    titles = [title for title in NASTY if "\x01" not in title]
    rows = [contract(n, title=title) for n, title in enumerate(titles)]
    assert run("import", write(rows)).status == "completed"

    task = run("export")

    path = artifact(task, "contracts.xlsx")
    sheet = openpyxl.load_workbook(path)["Contracts"]
    cells = [row[TITLE] for row in sheet.iter_rows(min_row=2)]
    kept = [title.strip()[:LONGEST_CELL] for title in titles]
    assert [unescape(cell.value) for cell in cells] == kept
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_a_full_sheet_is_followed_by_the_next(run, write, monkeypatch):
    monkeypatch.setattr(workbook, "ROW_LIMIT", 11)
    run("import", write([contract(n) for n in range(25)]))

    task = run("export")

    book = openpyxl.load_workbook(artifact(task, "contracts.xlsx"))
    assert book.sheetnames == ["Contracts", "Contracts 2", "Contracts 3"]
    assert [sheet.max_row for sheet in book] == [11, 11, 6]
    assert {sheet["A1"].value for sheet in book} == {"Contract number"}
    assert [row[NUMBER] for row in exported(task)] == [f"C{n}" for n in range(25)]
    assert (result_of(task)["rows"], result_of(task)["sheets"]) == (25, 3)


CONTRACTS = [
    contract(1, contractor="Bürö & Söhne", amount="10.00", execution_date="2024-01-31"),
    contract(2, contractor="Buro Sohne", amount="10.01", execution_date="2024-02-01"),
    contract(3, status="Expired", amount="", execution_date="2025-12-31"),
    contract(4, directorate="", amount="-5.00", title="Bridge over water"),
    contract(5, amount="9999999999999999.99", title="Bridges"),
]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, "12345"),
        ({"contractors": ["BURO SOHNE"]}, "12"),
        ({"contractors": ["Büro, Söhne", "Green Pty Ltd"]}, "12345"),
        ({"contractors": ["Buro"]}, ""),
        ({"directorates": ["city services"]}, "1235"),
        ({"statuses": ["expired"]}, "3"),
        ({"from": "2024-02-01", "until": "2024-12-31"}, "2"),
        ({"until": "2024-01-31"}, "1"),
        ({"from": "2026-01-01"}, ""),
        ({"amount_from": 10.01}, "25"),
        ({"amount_to": 10}, "14"),
        ({"amount_to": -5, "amount_from": -5.0}, "4"),
        ({"amount_from": 1e300}, "5"),
        ({"text": "bridge"}, "4"),
        ({"text": "bridg*", "amount_from": 0}, "5"),
    ],
)
def test_filters_choose_contracts(run, write, filters, numbers):
    run("import", write(CONTRACTS))

    task = run("export", filters=filters)

    assert task.status == "completed"
    assert sorted(row[NUMBER] for row in exported(task)) == [f"C{n}" for n in numbers]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"from": "2025-02-02", "until": "2025-02-01"}, "Exchange the two days."),
        ({"amount_from": 2, "amount_to": 1.5}, "at least 2 and at most 1.5"),
        ({"text": "..."}, "The search has no words."),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(run, write, filters, words):
    run("import", write([contract()]))

    task = run("export", filters=filters)

    assert task.status == "failed"
    assert words in task.error_message


def test_old_days_and_huge_amounts_are_exact_texts(run, write):
    cells = {"execution_date": "1900-01-15", "amount": "9999999999999999.99"}
    run("import", write([contract(1, **cells)]))

    (row,) = exported(run("export"))

    assert row[NAMES.index("execution_date")] == "1900-01-15"
    assert row[NAMES.index("amount")] == "9999999999999999.99"


def test_an_export_can_be_downloaded_for_a_day(run, write, client, alice):
    run("import", write([contract()]))
    task = run("export")
    file = task.artifacts.get()
    in_a_day = timezone.now() + timedelta(hours=24)
    assert abs(file.expires_at - in_a_day) < timedelta(minutes=5)
    assert f"until {file.expires_at:%Y-%m-%d %H:%M} UTC." in messages(task, "note")[0]
    client.force_login(alice)
    url = f"/api/v1/tasks/{task.pk}/"
    (told,) = client.get(url).json()["artifacts"]
    assert b"".join(client.get(told["url"])).startswith(b"PK")

    Artifact.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(told["url"]).status_code == 404
    assert client.get(url).json()["artifacts"] == []


@pytest.mark.parametrize("verb", ["cancel", "pause"])
@pytest.mark.parametrize(
    ("reader", "params"),
    [("export", {}), ("aggregate", {}), ("search", {"query": "mowing"})],
)
@pytest.mark.parametrize(
    ("method", "call"),
    [
        *(("step", call) for call in (1, 2, 3)),
        *(("progress", call) for call in (1, 2)),
        ("artifact", 1),
    ],
)
def test_a_reader_stops_anywhere_without_a_trace(
    run, submit, write, monkeypatch, settings, verb, reader, params, method, call
):
    days = ["2024-01-01", "2025-01-01"]
    run("import", write([contract(n, execution_date=d) for n, d in enumerate(days)]))
    real, calls = getattr(Context, method), []

    def asked(self, *args, **facts):
        calls.append(method)
        if len(calls) == call:
            self.task = getattr(lifecycle, verb)(self.task, origin=ORIGIN)
        return real(self, *args, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(Context, method, asked)
        stopped = run_task(submit(reader, **params))

    assert stopped.status == ("paused" if verb == "pause" else "cancelled")
    if verb == "pause":
        ended = run_task(lifecycle.resume(stopped, origin=ORIGIN))
    else:
        ended = run_task(lifecycle.retry(stopped, attempts=3, origin=ORIGIN))
    assert ended.status == "completed"
    first = result_of(ended)
    assert first == result_of(run(reader, **params))


def test_days_and_amounts_stay_days_and_amounts(run, write):
    run("import", write([contract(1, amount="-1,234.50")]))

    (row,) = exported(run("export"))

    assert row[NAMES.index("execution_date")] == dt.datetime(2025, 3, 4)  # noqa: DTZ001
    assert row[NAMES.index("amount")] == -1234.5
