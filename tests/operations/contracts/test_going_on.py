"""An import that was stopped, killed or repeated makes the same dataset."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from django.core.files import File

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.context import Context
from tasks_app.operations.contracts import dataset, intake, sweeping
from tasks_app.operations.submission import submit as submit_task
from tests.conftest import ORIGIN
from tests.engine.asking import child_of
from tests.operations.contracts.conftest import (
    contract,
    contracts_now,
    messages,
)
from tests.operations.contracts.made import write_contracts
from tests.operations.files.conftest import artifact, result_of, run_task
from tests.processes import wait_for_status, wait_until

ROWS = 300
PART = 100


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(intake, "PART_ROWS", PART)
    monkeypatch.setattr("tasks_app.operations.contracts.survey.BATCH_ROWS", 50)


@pytest.fixture
def path(write):
    """Contracts of two years, each tenth of them bad."""
    rows = [
        contract(
            n,
            amount="x" if n % 10 == 0 else f"{n}.00",
            execution_date=f"20{24 + n % 2}-03-04",
        )
        for n in range(ROWS)
    ]
    return write(rows)


@pytest.fixture
def expected(run, path, small_parts):
    """What an undisturbed import of the file makes; it is gone again."""
    run("import", path)
    found = contracts_now()
    (dataset.folder() / "manifest.json").unlink()
    assert len(found) == ROWS * 0.9
    return found


def leftovers() -> list[str]:
    """Files of an import that nobody will ever read."""
    found = [p for p in dataset.folder().rglob("*") if p.is_file()]
    named = {file.path for s in dataset.current().sources for file in s.files}
    below = [path.relative_to(dataset.folder()).as_posix() for path in found]
    kept = {"manifest.json", "lock"}
    return [name for name in below if name not in named | kept]


def act_at(monkeypatch, method: str, call: int, act) -> None:
    """Let something happen to the context at the n-th call of one of its methods."""
    real = getattr(Context, method)
    calls = 0

    def counted(self, *args, **facts):
        nonlocal calls
        calls += 1
        if calls == call:
            act(self)
        return real(self, *args, **facts)

    monkeypatch.setattr(Context, method, counted)


def stop_at(monkeypatch, method: str, call: int, verb: str) -> None:
    """Let a person ask for `verb` there."""

    def ask(context):
        context.task = getattr(lifecycle, verb)(context.task, origin=ORIGIN)

    act_at(monkeypatch, method, call, ask)


def break_at(monkeypatch, method: str, call: int) -> None:
    """Let it fail there, as a lost connection does."""

    def fail(context):
        raise ConnectionResetError

    act_at(monkeypatch, method, call, fail)


PLACES = [
    *(("step", call) for call in range(1, 5)),
    *(("progress", call) for call in (1, 7, 9, 12, 13)),
    *(("save", call) for call in (1, 2, 3, 5)),
    *(("error", call) for call in (1, 15, 30)),
    ("artifact", 1),
]


@pytest.mark.parametrize(("method", "call"), PLACES)
def test_an_import_paused_anywhere_goes_on_to_the_same_dataset(
    submit, path, expected, monkeypatch, method, call
):
    with monkeypatch.context() as patch:
        stop_at(patch, method, call, "pause")
        paused = run_task(submit("import", path))
    assert paused.status == "paused"
    assert contracts_now() == []

    ended = run_task(lifecycle.resume(paused, origin=ORIGIN))

    assert ended.status == "completed_with_errors"
    assert contracts_now() == expected
    told = messages(ended, "error")
    assert len(told) == len(set(told)) == ended.error_count == 30
    sweeping.sweep()
    assert [name for name in leftovers() if "staging" in name] == []


@pytest.mark.parametrize(("method", "call"), PLACES)
def test_an_import_cancelled_anywhere_leaves_nothing(
    submit, path, small_parts, monkeypatch, method, call
):
    with monkeypatch.context() as patch:
        stop_at(patch, method, call, "cancel")
        ended = run_task(submit("import", path))

    assert ended.status == "cancelled"
    assert contracts_now() == []
    assert leftovers() == []

    again = run_task(lifecycle.retry(ended, attempts=3, origin=ORIGIN))

    assert again.status == "completed_with_errors"
    assert len(contracts_now()) == ROWS * 0.9


def test_what_was_taken_before_a_pause_is_not_read_again(
    submit, path, expected, monkeypatch
):
    with monkeypatch.context() as patch:
        stop_at(patch, "save", 3, "pause")
        paused = run_task(submit("import", path))
    position = paused.position or {}
    assert (position["parts"], position["record"]) == (2, 201)
    folder = dataset.folder() / "staging" / str(paused.pk)
    parts = sorted(folder.glob("00000[01].*"))
    written = [part.stat().st_mtime_ns for part in parts]
    seen: list[int] = []
    real = Context.save

    def looking(self, position):
        seen.extend(part.stat().st_mtime_ns for part in parts)
        real(self, position)

    monkeypatch.setattr(Context, "save", looking)

    run_task(lifecycle.resume(paused, origin=ORIGIN))

    assert len(parts) == 6  # two years and the bad rows, twice
    assert seen[:6] == written
    assert contracts_now() == expected


@pytest.mark.parametrize(("method", "call"), PLACES)
def test_an_attempt_that_fails_anywhere_is_made_up_for_by_the_next(
    submit, path, expected, monkeypatch, method, call
):
    with monkeypatch.context() as patch:
        break_at(patch, method, call)
        failed = run_task(submit("import", path, mode="replace"))
    assert failed.status == "pending"
    assert contracts_now() == []

    Task.objects.filter(pk=failed.pk).update(not_before=None)
    ended = run_task(failed)

    assert ended.status == "completed_with_errors"
    assert contracts_now() == expected
    told = messages(ended, "error")
    assert len(told) == len(set(told)) == 30


def test_parts_that_vanish_are_noticed_before_the_dataset_changes(
    submit, path, expected, monkeypatch
):
    real = Context.step

    def vanishing(self, key, **facts):
        real(self, key, **facts)
        if key == "saving_the_contracts":
            next(dataset.folder().glob("staging/*/*.parquet")).unlink()

    with monkeypatch.context() as patch:
        patch.setattr(Context, "step", vanishing)
        failed = run_task(submit("import", path))
    assert (failed.status, contracts_now()) == ("pending", [])

    Task.objects.filter(pk=failed.pk).update(not_before=None)
    assert run_task(failed).status == "completed_with_errors"
    assert contracts_now() == expected


def test_a_part_that_was_cut_in_a_pause_is_taken_anew(
    submit, path, expected, monkeypatch
):
    with monkeypatch.context() as patch:
        stop_at(patch, "save", 5, "pause")
        paused = run_task(submit("import", path))
    part = next(dataset.folder().glob("staging/*/*.parquet"))
    part.write_bytes(part.read_bytes()[:20])  # as a loss of power does

    ended = run_task(lifecycle.resume(paused, origin=ORIGIN))

    assert (ended.status, ended.crash_count) == ("completed_with_errors", 0)
    assert contracts_now() == expected


def test_the_same_file_twice_is_there_once(run, path, expected):
    first = run("import", path)
    before = dataset.current()

    second = run("import", path)

    assert contracts_now() == expected
    assert dataset.current() == before
    assert result_of(second)["already_imported"] is True
    assert result_of(second)["contracts_in_all"] == len(expected)
    assert second.status == "completed_with_errors"
    (told,) = messages(second, "error")
    assert told.startswith("30 rows of this file were left out when it was imported")
    assert str(first.pk) in told


def test_another_file_is_added_and_replace_leaves_only_itself(run, write):
    run("import", write([contract(1), contract(2)]))
    path = write([contract(3)], name="more.csv")

    task = run("import", path)

    assert len(contracts_now()) == 3
    assert result_of(task)["files_in_all"] == 2
    task = run("import", path, mode="replace")
    assert [row[0] for row in contracts_now()] == ["C3"]
    assert result_of(task)["files_in_all"] == 1


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_a_stop_between_the_dataset_and_the_end_changes_nothing_more(
    submit, path, expected, monkeypatch, verb
):
    with monkeypatch.context() as patch:
        stop_at(patch, "step", 5, verb)  # “complete”: the dataset has it by then
        stopped = run_task(submit("import", path))
    assert contracts_now() == expected
    before = dataset.current()

    if verb == "pause":
        ended = run_task(lifecycle.resume(stopped, origin=ORIGIN))
    else:
        ended = run_task(lifecycle.retry(stopped, attempts=3, origin=ORIGIN))

    assert ended.status == "completed_with_errors"
    assert dataset.current() == before
    assert result_of(ended)["already_imported"] is (verb == "cancel")


def test_readers_see_an_import_whole_or_not_at_all(run, submit, write, monkeypatch):
    run("import", write([contract(1)]))
    seen = []
    real = Context.progress

    def looking(self, *args, **facts):
        seen.append(len(contracts_now()))
        return real(self, *args, **facts)

    monkeypatch.setattr(Context, "progress", looking)
    rows = [contract(n, execution_date=f"20{n:02}-01-01") for n in range(10, 20)]

    run_task(submit("import", write(rows, name="more.csv")))

    assert len(seen) > 10
    assert set(seen) == {1}
    assert len(contracts_now()) == 11


def test_what_is_unneeded_is_swept_and_what_is_in_work_stays(
    run, submit, write, path, small_parts, monkeypatch
):
    run("import", write([contract(1)], name="old.csv"))
    (old,) = dataset.current().sources
    with monkeypatch.context() as patch:
        stop_at(patch, "save", 2, "pause")
        paused = run_task(submit("import", path))
    run("import", write([contract(2)], name="new.csv"), mode="replace")
    (new,) = dataset.current().sources
    sources, staging = dataset.folder() / "sources", dataset.folder() / "staging"
    assert sweeping.sweep() == 0
    assert (sources / old.id).is_dir()  # somebody may be reading it

    hours_ago = sweeping.GRACE_SECONDS + 60
    for name in (old.id, new.id):
        at = (sources / name).stat().st_mtime - hours_ago
        os.utime(sources / name, (at, at))
    lifecycle.cancel(paused, origin=ORIGIN)

    assert sweeping.sweep() == 2
    assert [p.name for p in sources.iterdir()] == [new.id]
    assert list(staging.iterdir()) == []


@pytest.mark.embedded_only
@pytest.mark.timeout(240)
def test_a_worker_killed_in_the_middle_costs_nothing(
    processes, alice, settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path / "files"
    rows = 90_000
    worker = processes.worker(concurrency=1, DATA_DIR=str(tmp_path))
    processes.keeper()
    with write_contracts(tmp_path / "made.csv", rows).open("rb") as content:
        alice.is_superuser = True
        task = submit_task(
            operation="contracts.import",
            owner=alice,
            origin=ORIGIN,
            file=File(content, name="made.csv"),
        )

    def parts() -> int:
        return int((Task.objects.get(pk=task.pk).position or {}).get("parts", 0))

    wait_until(lambda: parts() >= 1, seconds=90, what="a part")
    os.kill(child_of(worker), signal.SIGKILL)

    ended = wait_for_status(task, "completed", seconds=100)
    assert (ended.attempt, ended.crash_count) == (2, 1)
    kept = contracts_now()
    assert len(kept) == len({row[0] for row in kept}) == rows
    assert leftovers() == []
    assert not ended.artifacts.exists()


def test_the_bad_rows_of_all_parts_are_in_their_file(run, path, small_parts):
    import openpyxl

    task = run("import", path)

    book = openpyxl.load_workbook(artifact(task, "bad-rows.xlsx"))
    numbers = [row[0] for row in book["Bad rows"].values][1:]
    assert numbers == [n + 2 for n in range(0, ROWS, 10)]
