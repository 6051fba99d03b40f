"""Good rows are kept, bad ones are told, each with its number and what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pytest

from tasks_app.models import Task
from tasks_app.operations.contracts.columns import NAMES
from tests.operations.contracts.conftest import (
    contract,
    contracts_now,
    messages,
    money,
    table,
)
from tests.operations.files.conftest import artifact, result_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server

DAY, AMOUNT = NAMES.index("execution_date"), NAMES.index("amount")


def test_dates_in_three_formats_are_read(run, write):
    days = ["2025-03-04", "25/12/2025", "04/03/2025", "4 March 2025", "04.03.2025"]

    task = run(
        "import", write([contract(n, execution_date=d) for n, d in enumerate(days)])
    )

    assert task.status == "completed"
    march, christmas = dt.date(2025, 3, 4), dt.date(2025, 12, 25)
    expected = [march, christmas, march, march, march]
    assert [row[DAY] for row in contracts_now()] == expected


def test_ambiguous_dates_are_bad_rows_until_somebody_says_the_order(run, write):
    path = write([contract(1), contract(2, execution_date="03/04/2025")])

    task = run("import", path)

    assert task.status == "completed_with_errors"
    (told,) = messages(task, "error")
    assert told.startswith("Row 3: The execution date “03/04/2025” can be read in two")
    assert "“dates”" in told
    task = run("import", path, dates="day_first")
    assert task.status == "completed"
    assert [row[DAY] for row in contracts_now()][1] == dt.date(2025, 4, 3)
    assert len(contracts_now()) == 2  # the file read anew takes its own place


def test_a_file_that_contradicts_itself_loses_only_what_is_not_clear(run, write):
    days = ["25/12/2025", "12/25/2025", "03/04/2025"]

    task = run(
        "import", write([contract(n, execution_date=d) for n, d in enumerate(days)])
    )

    assert (result_of(task)["good"], result_of(task)["bad"]) == (2, 1)


def test_amounts_with_thousands_separators_and_signs_are_read(run, write):
    texts = ["$1,234.50", "1,000,000", "(12.00)", "", "AUD 7", "1 234.00"]

    task = run("import", write([contract(n, amount=a) for n, a in enumerate(texts)]))

    assert task.status == "completed", messages(task, "error")
    expected = ["1234.50", "1000000", "-12", None, "7", "1234"]
    assert [row[AMOUNT] for row in contracts_now()] == [
        None if text is None else money(text) for text in expected
    ]
    assert result_of(task)["currency"] == "AUD"


def test_a_comma_as_decimal_sign_is_found_from_the_file(run, write):
    texts = ["1.234,50", "1.234", "99,9"]
    rows = [contract(n, amount=a) for n, a in enumerate(texts)]

    run("import", write(rows, delimiter=";"))

    expected = [money("1234.50"), money("1234"), money("99.90")]
    assert [row[AMOUNT] for row in contracts_now()] == expected


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"contract_number": " "}, "The contract number is empty."),
        ({"contractor": ""}, "The contractor is empty."),
        ({"execution_date": ""}, "The execution date is empty."),
        ({"execution_date": "2025-02-30"}, "is a day that does not exist."),
        ({"execution_date": "0202-01-01"}, "too long ago or too far away"),
        ({"expiry_date": "whenever"}, "The expiry date “whenever” is no date"),
        ({"amount": "a lot"}, "The amount “a lot” is no amount; write it like"),
        ({"amount": "1.005"}, "has more than two decimals"),
        ({"amount": "€5.00"}, "is not in GBP like most of the file"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_kept(run, write, cells, sentence):
    rows = [{"expiry_date": "", **contract(n, amount="£5.50")} for n in range(1, 5)]
    rows[2] |= cells

    task = run("import", write(rows))

    assert task.status == "completed_with_errors"
    (told,) = messages(task, "error")
    assert told.startswith("Row 4: ")
    assert sentence in told
    assert len(contracts_now()) == 3
    header, bad = bad_rows(task)
    assert header == ("Row", "What is wrong", *rows[0])
    assert bad[0] == 4
    assert bad[2:] == tuple(cell or None for cell in rows[2].values())


def bad_rows(task: Task) -> list[tuple[Any, ...]]:
    """Return what the file of the bad rows has, its header first."""
    book = openpyxl.load_workbook(artifact(task, "bad-rows.xlsx"))
    return list(book["Bad rows"].values)


def test_rows_of_another_width_and_open_quotes_are_told(run, write):
    text = table([contract(n) for n in range(3)])
    text += 'x,y\n"open\n'

    task = run("import", write(text))

    assert (result_of(task)["good"], result_of(task)["bad"]) == (3, 2)
    first, second = messages(task, "error")
    assert first == "Row 5: It has 2 cells where the table has 7 columns."
    assert second == "Row 6: Its quotation marks do not match."


def test_rows_that_are_no_text_are_told_and_shown_as_far_as_they_are(run, tmp_path):
    good, bad = (table([contract(n, title="Café")]) for n in (1, 2))
    path = tmp_path / "mixed.csv"
    path.write_bytes((good * 2).encode() + bad.splitlines()[1].encode("cp1252"))

    task = run("import", path)

    assert task.status == "completed_with_errors", task.error_message
    *_, told = messages(task, "error")
    assert told == "Row 5: Some of its characters cannot be read."
    assert len(contracts_now()) == 2
    assert bad_rows(task)[-1][3] == "Caf\ufffd"


def test_a_cell_of_millions_of_characters_is_a_bad_row(run, write):
    rows = [contract(1), contract(2, title="x" * 3_000_000), contract(3)]

    task = run("import", write(rows))

    assert task.status == "completed_with_errors", task.error_message
    (told,) = messages(task, "error")
    assert told == "Row 3: It has a cell of more than 1 million characters."
    assert len(contracts_now()) == 2


def test_many_bad_rows_are_told_one_by_one_up_to_a_hundred(run, write):
    rows = [contract(n, amount="5" if n % 2 else "five") for n in range(500)]

    task = run("import", write(rows))

    told = messages(task, "error")
    assert len(told) == 101
    assert told[-1] == "150 more rows were left out; bad-rows.xlsx has all of them."
    assert len(bad_rows(task)) == 251
    assert result_of(task)["problems"] == [{"column": "amount", "rows": 250}]


def test_one_line_of_300_megabytes_is_named_and_the_good_rows_are_kept(
    run, write, settings
):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 10**9}
    path = write([contract(n) for n in range(10)])
    with path.open("ab") as file:
        for _ in range(300):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + table([contract(10)]).splitlines(keepends=True)[1].encode())

    task = run("import", path)

    assert task.status == "completed_with_errors"
    assert (result_of(task)["good"], result_of(task)["bad"]) == (11, 1)
    (told,) = messages(task, "error")
    assert told == "Row 12: It is a line of more than 8 million characters."
    (_, bad) = bad_rows(task)
    assert bad[2] == "x" * 200


def test_currencies_that_do_not_add_up_are_refused(run, write):
    run("import", write([contract(amount="€5.00")]))

    task = run("import", write([contract(amount="£5.00")], name="more.csv"))

    assert (task.status, task.error_code) == ("failed", "other_currency")
    assert "in GBP, those of “contracts.csv” in EUR" in task.error_message
    task = run(
        "import", write([contract(amount="£6.00")], name="x.csv"), mode="replace"
    )
    assert task.status == "completed"
    assert len(contracts_now()) == 1
