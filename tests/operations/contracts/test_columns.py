"""Columns are found by name, wherever they stand; what lacks is named."""

from __future__ import annotations

import pytest

from tasks_app.operations.contracts.columns import NAMES
from tests.operations.contracts.conftest import GOOD, contract, contracts_now, table
from tests.operations.files.conftest import result_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server


def test_columns_that_moved_are_found_and_named(run, write):
    straight = [contract(n, amount=f"{n}.00") for n in range(1, 6)]
    run("import", write(straight))
    expected = contracts_now()
    turned = [dict(reversed(row.items())) for row in straight]

    task = run("import", write(turned, name="turned.csv"), mode="replace")

    assert task.status == "completed"
    assert contracts_now() == expected
    assert set(result_of(task)["columns"]["moved"]) <= set(GOOD)
    assert "amount" in result_of(task)["columns"]["moved"]


def test_columns_may_be_spelled_in_other_ways(run, write):
    spelled = {
        "contract_number": "Contract No.",
        "title": "DESCRIPTION",
        "directorate": "Department",
        "execution_date": "Start-Date",
        "amount": " Contract  Value ",
        "contractor": "Supplier Name",
    }
    rows = [{spelled.get(name, name): cell for name, cell in GOOD.items()}]

    task = run("import", write(rows))

    found = result_of(task)["columns"]["found"]
    assert (task.status, found["amount"]) == ("completed", "Contract Value")
    assert result_of(task)["columns"]["moved"] == []
    (row,) = contracts_now()
    kept = {name: str(cell) for name, cell in zip(NAMES, row, strict=True) if cell}
    assert kept == GOOD


def test_the_own_name_wins_over_another_name(run, write):
    rows = [{"value": "9.00", **GOOD}]

    task = run("import", write(rows))

    assert result_of(task)["columns"]["found"]["amount"] == "amount"
    assert result_of(task)["columns"]["ignored"] == ["value"]


def test_extra_and_missing_columns_are_named(run, write):
    rows = [{**GOOD, "colour": "green"}]
    del rows[0]["directorate"]

    task = run("import", write(rows))

    assert task.status == "completed"
    assert result_of(task)["columns"]["ignored"] == ["colour"]
    assert "directorate" in result_of(task)["columns"]["missing"]
    assert "contractor" not in result_of(task)["columns"]["missing"]


def test_a_file_without_a_needed_column_is_refused_with_what_it_has(run, write):
    row = {**GOOD, "amuont": GOOD["amount"]}
    del row["amount"]

    task = run("import", write([row]))

    assert (task.status, task.error_code) == ("failed", "columns_missing")
    assert "lacks the column “amount”" in task.error_message.replace(
        "column amount", "column “amount”"
    )
    assert "“directorate”" in task.error_message
    assert "Perhaps “amuont” is the amount." in task.error_message
    assert contracts_now() == []


def test_a_file_without_a_header_is_refused(run, write):
    lines = table([contract(n) for n in range(3)]).splitlines()[1:]
    text = "\n".join(f"{n},2025-01-01,5.00,2026-01-01" for n, _ in enumerate(lines))

    task = run("import", write(text))

    assert (task.status, task.error_code) == ("failed", "columns_missing")
    assert "no names of columns" in task.error_message


def test_cells_that_moved_under_their_names_are_told_as_that(run, write):
    rows = [contract(n) for n in range(5)]
    for row in rows:
        row["amount"], row["execution_date"] = row["execution_date"], row["amount"]

    task = run("import", write(rows))

    assert (task.status, task.error_code) == ("failed", "nothing_fits")
    assert "None of the 5 rows fits." in task.error_message
    assert "perhaps the columns moved" in task.error_message
    assert contracts_now() == []


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(run, write, delimiter):
    rows = [contract(n, title="a, b") for n in range(1, 5)]

    task = run("import", write(rows, delimiter=delimiter))

    assert (task.status, len(contracts_now())) == ("completed", 4)


def test_a_file_with_columns_and_no_rows_changes_nothing(run, write):
    run("import", write([contract()]))

    header = table([contract()]).splitlines()[0]
    task = run("import", write(header + "\n", name="empty.csv"), mode="replace")

    assert (task.status, task.error_code) == ("failed", "no_rows")
    assert len(contracts_now()) == 1
