"""What nobody needs goes; what a task needs that has not ended stays."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.lifecycle import pruning
from tasks_app.models import Artifact, Task, TaskEvent, Upload
from tasks_app.operations.context import FOLDER
from tasks_app.operations.contracts import dataset
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim, fresh
from tests.operations.contracts.conftest import contract, messages, table
from tests.operations.files.conftest import result_of, run_task

from .conftest import aged, listed, stored

PAST = timedelta(seconds=-1)


@pytest.fixture
def live(settings):
    """Return a function that sets how long what ends from now on is kept."""

    def live(usual: timedelta, **by: timedelta) -> None:
        settings.SIGHTLINE = {
            **settings.SIGHTLINE,
            "TIME_TO_LIVE": usual,
            "TIME_TO_LIVE_BY": {key.replace("__", ":"): by[key] for key in by},
        }

    return live


def days_old(*uploads: Upload) -> None:
    old = timezone.now() - timedelta(days=3)
    Upload.objects.filter(pk__in=[each.pk for each in uploads]).update(created_at=old)


def cleaned(run, *what: str) -> dict[str, int]:
    task = run("clean_up", **({"what": list(what)} if what else {}))
    assert task.status == "completed", task.error_message
    counts: dict[str, int] = result_of(task)["deleted"]
    return counts


def test_finished_tasks_go_by_operation_and_status(run, make_claimed, live):
    hour = timedelta(hours=1)
    rules = {"failed": hour, "workshop.echo": PAST, "workshop.echo__cancelled": hour}
    live(hour, **rules)
    gone = [
        lifecycle.complete(make_claimed(), result={}),
        lifecycle.fail(make_claimed(), code="x", message="x"),
    ]
    stay = [
        lifecycle.cancel(make_claimed(), origin=ORIGIN),
        lifecycle.fail(make_claimed("workshop.slow"), code="x", message="x"),
        lifecycle.complete(make_claimed("workshop.slow"), result={}),
    ]
    lifecycle.obey(stay[0])
    live(PAST)  # what has ended keeps the time it was given

    task = run("clean_up", what=["tasks"])

    assert result_of(task)["deleted"] == {"tasks": 2}
    assert set(Task.objects.exclude(pk=task.pk)) == set(stay)
    rows = listed(task, "cleaned-up.csv")
    assert {row["Id"] for row in rows} == {str(each.pk) for each in gone}
    assert {row["Why"].partition(",")[0] for row in rows} == {"completed", "failed"}


def test_a_look_says_exactly_what_goes_then_and_removes_nothing(
    run, left, upload, live, media
):
    live(PAST)
    lifecycle.complete(left(upload=upload()), result={})
    live(timedelta(days=1))
    late = left(name="late.txt", time_to_live=PAST, upload=upload())
    lifecycle.complete(late, result={})
    days_old(unneeded := upload(name="unneeded.csv"))
    (media / "uploads" / "spare.csv").write_text("xyz")
    aged(media / "uploads" / "spare.csv")
    before = stored(media)

    look = run("clean_up", dry_run=True)

    assert result_of(look)["would_delete"] == {
        "artifacts": 1,
        "tasks": 1,
        "uploads": 1,
        "fingerprints": 0,
        "files": 1,
    }
    assert result_of(look)["bytes"] == 9 + unneeded.size + 3
    mine = look.artifacts.get().file.name
    assert [name for name in stored(media) if name != mine] == before
    lifecycle.keep(fresh(look), origin=ORIGIN)
    done = run("clean_up")
    assert listed(done, "cleaned-up.csv") == listed(look, "would-go.csv")
    assert result_of(done)["deleted"] == result_of(look)["would_delete"]
    assert Upload.objects.count() == 1


def test_expired_downloads_go_with_their_files_and_only_those(run, left, media):
    expired = lifecycle.complete(left(time_to_live=PAST), result={})
    lasting = lifecycle.complete(left(time_to_live=timedelta(hours=1)), result={})
    for_good = lifecycle.complete(left(), result={})

    assert cleaned(run, "artifacts") == {"artifacts": 1}

    assert not expired.artifacts.exists()
    assert fresh(expired).version == expired.version  # it could not be had before
    for task in (lasting, for_good):
        assert Path(task.artifacts.get().file.path).is_file()
    assert len([n for n in stored(media) if n.startswith("artifacts")]) == 3


@pytest.mark.parametrize("status", ["pending", "processing", "paused"])
def test_nothing_goes_that_a_task_needs_which_has_not_ended(
    run, left, upload, live, media, status
):
    live(PAST)
    row = upload()
    task = left(upload=row, time_to_live=PAST)
    if status == "pending":
        task = lifecycle.release(task, delay=0, code="x", message="x")
    if status == "paused":
        task = lifecycle.obey(lifecycle.pause(task, origin=ORIGIN))
    days_old(row)
    for path in (media / "uploads").iterdir():
        aged(path)
    assert task.status == status

    counts = cleaned(run)

    assert set(counts.values()) == {0}
    assert Path(task.artifacts.get().file.path).is_file()
    assert row.path.is_file()


def test_an_upload_that_a_retry_shares_stays_until_the_last_goes(
    run, make_claimed, make_task, upload, live
):
    live(PAST)
    row = upload()
    first = lifecycle.fail(make_claimed(upload=row), code="x", message="x")
    other = make_task(upload=row, retry_of=first)
    days_old(row)

    assert cleaned(run)["tasks"] == 1
    assert row.path.is_file()
    lifecycle.complete(claim(other), result={})

    assert cleaned(run, "tasks") == {"tasks": 2}  # and the clean-up before
    assert not row.path.exists()
    assert not Upload.objects.exists()


def test_what_is_kept_stays_with_all_it_left(run, left, upload, live):
    live(PAST)
    row = upload()
    task = lifecycle.complete(left(upload=row, time_to_live=PAST), result={})
    lifecycle.keep(task, origin=ORIGIN)

    counts = cleaned(run)

    assert (counts["tasks"], counts["artifacts"]) == (0, 0)
    assert row.path.is_file()
    assert Path(task.artifacts.get().file.path).is_file()


def test_a_young_upload_and_a_young_file_stay(run, upload, media):
    row = upload()
    (media / "uploads" / "being-written.csv").write_text("x")

    assert set(cleaned(run).values()) == {0}

    assert row.path.is_file()
    assert (media / "uploads" / "being-written.csv").is_file()


def test_the_contracts_in_use_stay_and_old_ones_go(run, make_task, upload):
    params = {"mode": "replace", "dates": "auto", "decimal": "auto"}
    for number in (1, 2):
        given = upload(table([contract(number)]), name=f"{number}.csv")
        task = make_task("contracts.import", upload=given, params=params)
        assert run_task(task).status == "completed"
    (source,) = dataset.current().sources
    paths = [dataset.folder() / file.path for file in source.files]
    for path in (dataset.folder() / "sources").iterdir():
        aged(path)

    task = run("clean_up", what=["files"])

    assert result_of(task)["deleted"] == {"files": 1}
    assert all(path.is_file() for path in paths)
    (went,) = listed(task, "cleaned-up.csv")
    assert went["Name"].startswith("contracts/sources/")
    assert went["Why"] == "no import needs it"


def test_what_a_dead_worker_left_among_temporary_files_goes(run, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young = (Path(tempfile.mkdtemp(prefix=FOLDER)) for _ in range(2))
    other = Path(tempfile.mkdtemp(prefix="sightline-0-"))  # where Redis listens
    then = time.time() - timedelta(days=30).total_seconds()
    for folder in (old, other):
        (folder / "out.csv").write_text("x")
        os.utime(folder / "out.csv", (then, then))
        os.utime(folder, (then, then))

    assert cleaned(run, "files") == {"files": 1}

    assert [old.exists(), young.exists(), other.exists()] == [False, True, True]


def test_a_task_retried_between_the_look_and_the_delete_stays_whole(
    run, left, upload, live, monkeypatch
):
    live(PAST)
    row = upload()
    task = lifecycle.fail(left(upload=row), code="x", message="x")
    real = pruning.prune_some

    def late():
        """Somebody was faster than the clean-up, which has begun already."""
        if fresh(task).status == "failed":
            lifecycle.retry(task, attempts=1, origin=ORIGIN)
            claim(task)
        return real()

    monkeypatch.setattr(lifecycle, "prune_some", late)

    assert cleaned(run, "tasks") == {"tasks": 0}

    assert fresh(task).status == "processing"
    assert row.path.is_file()
    assert Path(task.artifacts.get().file.path).is_file()
    assert TaskEvent.objects.filter(task=task).count() == fresh(task).version


def test_small_batches_make_a_breath_and_each_is_told(
    run, make_claimed, live, monkeypatch
):
    from tasks_app.operations.maintenance import cleanup

    monkeypatch.setattr(pruning, "BATCH", 2)
    breaths: list[float] = []
    monkeypatch.setattr(f"{cleanup.__name__}.time.sleep", breaths.append)
    live(PAST)
    for _ in range(5):
        lifecycle.complete(make_claimed(), result={})

    assert cleaned(run, "tasks") == {"tasks": 5}

    assert breaths == [cleanup.BREATH] * 3


def test_only_what_is_asked_for_is_cleaned(run, left, live):
    live(PAST)
    lifecycle.complete(left(time_to_live=PAST), result={})

    assert cleaned(run, "uploads", "artifacts") == {"artifacts": 1, "uploads": 0}

    assert Task.objects.filter(operation="workshop.echo").exists()
    assert not Artifact.objects.filter(name="out.txt").exists()


def test_pruning_alone_is_still_there(run, make_claimed, live):
    live(PAST)
    lifecycle.complete(make_claimed(), result={})

    task = run("prune")

    assert (result_of(task), messages(task, "error")) == ({"deleted": 1}, [])
