"""What is broken underneath is named: files cut in half, files gone, a full disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from tasks_app.models import Artifact
from tasks_app.operations.contracts import dataset, sweeping
from tests.operations.contracts.conftest import contract, contracts_now, messages
from tests.operations.contracts.made import write_contracts
from tests.operations.disk import filled
from tests.operations.files.conftest import artifact, result_of, run_task

pytestmark = pytest.mark.embedded_only  # says nothing of a server

READERS = {"export": {}, "aggregate": {}, "search": {"query": "mowing"}}


@pytest.fixture
def two_years(run, write):
    """One contract of 2024 and three of 2025; returns the files of both years."""
    days = ["2024-01-01", "2025-01-01", "2025-01-02", "2025-01-03"]
    path = write([contract(n, execution_date=day) for n, day in enumerate(days)])
    assert run("import", path).status == "completed"
    (source,) = dataset.current().sources
    return path, [dataset.folder() / file.path for file in source.files]


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("reader", READERS)
def test_a_file_cut_in_half_is_named_and_the_others_are_read(two_years, run, reader):
    _, (_, second) = two_years
    cut_in_half(second)

    task = run(reader, **READERS[reader])

    assert task.status == "completed_with_errors"
    (told,) = messages(task, "error")
    assert told.startswith("3 contracts of 2025 from “contracts.csv” are left out")
    assert "bytes of" in told
    assert "Import “contracts.csv” again to repair it." in told
    assert result_of(task)["left_out"] == [told]
    counts = {"export": "rows", "aggregate": "contracts", "search": "hits"}
    assert result_of(task)[counts[reader]] == 1


@pytest.mark.parametrize("reader", READERS)
def test_when_every_file_is_damaged_the_task_fails(two_years, run, reader):
    for path in two_years[1]:
        cut_in_half(path)

    task = run(reader, **READERS[reader])

    assert (task.status, task.error_code) == ("failed", "damaged_files")
    assert "Import “contracts.csv” again" in task.error_message
    assert not task.artifacts.exists()


@pytest.mark.parametrize("how", ["changed", "gone", "unreadable"])
def test_other_damage_is_named_too(two_years, run, how):
    _, (_, second) = two_years
    if how == "changed":
        content = bytearray(second.read_bytes())
        content[len(content) // 2] ^= 0xFF
        second.write_bytes(content)
    else:
        second.unlink()
    if how == "unreadable":
        second.symlink_to(second)

    task = run("export")

    words = {
        "changed": "its content has changed",
        "gone": "it is no longer there",
        "unreadable": "the disk cannot read it",
    }
    assert words[how] in messages(task, "error")[0]
    assert result_of(task)["rows"] == 1


def test_importing_the_file_again_repairs_it(two_years, run):
    path, (_, second) = two_years
    before = contracts_now()
    cut_in_half(second)

    task = run("import", path)

    assert task.status == "completed"
    assert result_of(task)["already_imported"] is False
    assert contracts_now() == before
    assert run("export").status == "completed"


@pytest.mark.parametrize("reader", READERS)
def test_before_the_first_import_it_is_said_what_to_do(submit, run, reader):
    task = run(reader, **READERS[reader])

    assert (task.status, task.error_code) == ("failed", "no_contracts")
    assert "Import a file of them first" in task.error_message


def test_an_import_on_a_full_disk_fails_clearly_and_leaves_nothing(
    small_disk, submit, settings, tmp_path
):
    path = write_contracts(tmp_path / "made.csv", 3_000)
    pending = submit("import", path)
    uploads = shutil.move(settings.MEDIA_ROOT, small_disk / "files")
    settings.MEDIA_ROOT = Path(uploads)
    filled(small_disk, leave=60_000)

    task = run_task(pending)

    assert (task.status, task.error_code) == ("failed", "disk_full"), task.error_detail
    assert "The disk of the server is full" in task.error_message
    assert "Make room" in task.error_message
    found = [p.name for p in dataset.folder().rglob("*") if p.is_file()]
    assert found == ["lock"]
    assert dataset.current().sources == []


@pytest.mark.parametrize("reader", READERS)
def test_an_artifact_on_a_full_disk_fails_clearly_and_leaves_nothing(
    small_disk, run, write, settings, reader, submit
):
    titles = [f"mowing {n:04} {hash(n * 7919):x} {n**7:x}" for n in range(3_000)]
    rows = [
        contract(n, title=title, contractor=title) for n, title in enumerate(titles)
    ]
    run("import", write(rows))
    more = {"by": ["contractor"]} if reader == "aggregate" else {}
    pending = submit(reader, **READERS[reader], **more)
    settings.MEDIA_ROOT = Path(shutil.move(settings.MEDIA_ROOT, small_disk / "files"))
    filled(small_disk, leave=20_000)

    task = run_task(pending)

    assert (task.status, task.error_code) == ("failed", "disk_full"), task.error_detail
    assert not Artifact.objects.filter(task=task).exists()
    artifacts = Path(settings.MEDIA_ROOT) / "artifacts"
    assert not artifacts.is_dir() or list(artifacts.iterdir()) == []
    (small_disk / "filler").unlink()
    assert run(reader, **READERS[reader], **more).status == "completed"


def test_an_export_after_the_repair_has_every_row(two_years, run):
    path, files = two_years
    for file in files:
        cut_in_half(file)
    run("import", path)

    book = openpyxl.load_workbook(artifact(run("export"), "contracts.xlsx"))

    assert book["Contracts"].max_row == 5


@pytest.fixture(params=['{"sources": [', "", "[]", '{"sources": [{"id": "x"}]}'])
def damaged_list(request, two_years):
    """A manifest that a disk or a person spoilt."""
    (dataset.folder() / "manifest.json").write_text(request.param)


def test_a_damaged_list_is_named_and_nothing_is_removed(damaged_list, run, write):
    path = write([contract(9)], name="nine.csv")
    below = sorted(dataset.folder().rglob("*.parquet"))

    for task in (run("aggregate"), run("import", path)):
        assert (task.status, task.error_code) == ("failed", "dataset_damaged")
        assert "Restore contracts/manifest.json from a backup" in task.error_message

    assert sweeping.sweep() == 0
    assert sorted(dataset.folder().rglob("*.parquet")) == below


def test_replacing_ends_the_damage_of_the_list(damaged_list, run, write):
    task = run("import", write([contract(9)], name="nine.csv"), mode="replace")

    assert task.status == "completed"
    assert [row[0] for row in contracts_now()] == ["C9"]
