"""Every stored file is held against the database, and nothing is changed."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest

from tasks_app import lifecycle
from tasks_app.models import Artifact, Upload
from tasks_app.operations.contracts import dataset
from tasks_app.operations.maintenance.stored import content
from tests.lifecycle.rows import everything
from tests.operations.contracts.conftest import contract, messages, table
from tests.operations.files.conftest import result_of, run_task

from .conftest import aged, cut_in_half, listed, stored

pytestmark = pytest.mark.embedded_only


def parquet(rows: int = 120_000) -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"n": range(rows)}).write_parquet(file, row_group_size=50_000)
    return file.getvalue()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.fixture
def contracts(make_task, upload):
    """Two contracts of 2024 and 2025, imported; returns their files."""
    rows = [contract(n, execution_date=f"202{n}-01-01") for n in (4, 5)]
    params = {"mode": "add", "dates": "auto", "decimal": "auto"}
    given = upload(table(rows), name="contracts.csv")
    task = run_task(make_task("contracts.import", upload=given, params=params))
    assert task.status == "completed"
    (source,) = dataset.current().sources
    return [dataset.folder() / file.path for file in source.files]


def test_what_is_whole_is_found_whole(run, upload, left, contracts, media):
    task = left(parquet(), name="a.parquet", upload=upload())
    before, files = everything(task), stored(media)

    checked = run("validate_data")

    assert checked.status == "completed", messages(checked, "error")
    told = result_of(checked)
    assert (told["damaged"], told["spare_files"], told["findings"]) == (0, 0, [])
    assert told["files"] == 2 + 1 + 3  # uploads, an artifact, contracts with manifest
    assert listed(checked, "findings.csv") == []
    mine = checked.artifacts.get().file.name
    assert [name for name in stored(media) if name != mine] == files
    assert everything(task) == before


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (cut_in_half, "it was cut short: it has 4 bytes of 8"),
        (flip, "its content has changed"),
        (Path.unlink, "it is no longer there"),
        (lambda path: path.write_bytes(b"x" * 9), "it has 9 bytes instead of 8"),
    ],
)
def test_a_damaged_upload_is_named(run, make_task, upload, harm, words):
    row = upload()
    task = make_task(upload=row)
    harm(row.path)

    checked = run("validate_data")

    assert checked.status == "completed_with_errors"
    assert messages(checked, "error") == [
        f"The upload “a.csv” of task {task.pk}: {words}."
    ]
    (found,) = result_of(checked)["findings"]
    assert found == {
        "kind": "upload",
        "name": "a.csv",
        "task": str(task.pk),
        "what": words,
    }
    (row_of_list,) = listed(checked, "findings.csv")
    assert row_of_list["What is wrong"] == words
    assert row_of_list["File"] == row.file.name


def test_a_parquet_file_cut_in_half_is_told_as_that(run, left):
    task = left(content := parquet(), name="rows.parquet")
    cut_in_half(Path(task.artifacts.get().file.path))

    (told,) = messages(run("validate_data"), "error")

    half, whole = f"{len(content) // 2:,}", f"{len(content):,}"
    assert f"it was cut short: it has {half} bytes of {whole}" in told


def test_a_parquet_file_that_was_never_whole_is_found_by_reading_it(run, left):
    broken = parquet()
    left(broken[: len(broken) // 2], name="rows.parquet")  # recorded as it is

    (told,) = messages(run("validate_data"), "error")

    assert told.endswith("it cannot be read as Parquet.")


def test_rows_are_counted_where_the_task_told_how_many(run, left):
    task = left(parquet(10), name="cleaned.parquet", operation="files.process")
    lifecycle.complete(task, result={"good": 12, "decision": None})

    (told,) = messages(run("validate_data"), "error")

    assert told.endswith("it has 10 rows instead of 12.")


@pytest.mark.parametrize("content", [True, False])
def test_damaged_contracts_are_named_with_what_repairs_them(run, contracts, content):
    cut_in_half(contracts[0])
    contracts[1].unlink()

    checked = run("validate_data", content=content)

    first, second = messages(checked, "error")
    assert first.startswith("The contracts of “contracts.csv” of task ")
    assert "it was cut short: it has" in first
    assert first.endswith("import the file again to repair its contracts of 2024.")
    assert "it is no longer there" in second
    assert result_of(checked)["damaged"] == 2


def test_a_manifest_that_cannot_be_read_is_named(run, contracts):
    cut_in_half(dataset.folder() / "manifest.json")

    (told,) = messages(run("validate_data"), "error")

    assert "the list of its files cannot be read" in told


def test_without_reading_only_what_shows_from_outside_is_found(run, upload, left):
    changed, cut = upload(), upload(name="b.csv")
    flip(changed.path)
    cut_in_half(cut.path)

    checked = run("validate_data", content=False)

    assert [each["name"] for each in result_of(checked)["findings"]] == ["b.csv"]
    assert result_of(run("validate_data"))["damaged"] == 2


def test_a_file_without_a_row_is_no_damage_and_a_young_one_is_nothing(
    run, upload, media
):
    folder = upload().path.parent
    (folder / "young.csv").write_text("x")
    aged(folder / "young.csv").rename(folder / "old.csv")
    (folder / "young.csv").write_text("y")

    checked = run("validate_data")

    assert checked.status == "completed"
    (found,) = result_of(checked)["findings"]
    assert (found["kind"], found["name"]) == ("spare file", "old.csv")
    assert (result_of(checked)["spare_files"], result_of(checked)["spare_bytes"]) == (
        1,
        1,
    )


def test_many_damaged_files_are_all_in_the_list(run, upload, monkeypatch):
    from tasks_app.operations.maintenance import validation

    monkeypatch.setattr(validation, "LISTED", 2)
    for number in range(5):
        upload(name=f"=cmd{number}.csv").path.unlink()

    checked = run("validate_data")

    told = messages(checked, "error")
    assert len(told) == 3
    assert told[2] == "3 more are damaged; findings.csv has all of them."
    assert len(result_of(checked)["findings"]) == 2
    names = [row["Name"] for row in listed(checked, "findings.csv")]
    assert names == [f"'=cmd{number}.csv" for number in range(5)]  # calculates nothing


@pytest.mark.parametrize(
    ("part", "model"), [("uploads", Upload), ("artifacts", Artifact)]
)
def test_what_goes_while_it_is_checked_is_no_finding(
    run, upload, left, monkeypatch, part, model
):
    upload()
    lifecycle.complete(left(), result={})
    looked: list[Path] = []

    def vanishing(path, **facts):
        """The clean-up was there between the look at the row and that at the file."""
        looked.append(path)
        path.unlink()
        model.objects.all().delete()
        return content.damage(path, **facts)

    monkeypatch.setattr(f"{content.__package__}.{part}.damage", vanishing)

    checked = run("validate_data")

    assert len(looked) == 1
    assert (checked.status, result_of(checked)["findings"]) == ("completed", [])


def test_contracts_that_an_import_replaces_meanwhile_are_no_finding(
    run, contracts, monkeypatch
):
    from tasks_app.operations.maintenance.stored import contracts as part

    real = dataset.damage

    def replaced(file):
        with dataset.changing() as before:
            dataset.replace(before, [])
        (dataset.folder() / file.path).unlink()
        return real(file)

    monkeypatch.setattr(f"{part.__name__}.dataset.damage", replaced)

    assert run("validate_data").status == "completed"
