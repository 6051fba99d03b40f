"""Delete, retry, cancel, pause, a full disk at every step leave nothing half done."""

from __future__ import annotations

import tempfile
from datetime import timedelta

import pytest

from tasks_app import lifecycle
from tasks_app.errors import IllegalTransitionError
from tasks_app.models import Artifact, Task
from tasks_app.operations.context import Context
from tasks_app.operations.maintenance.cleaning import CLEANERS
from tests.conftest import ORIGIN
from tests.lifecycle.rows import fresh
from tests.operations.disk import emptied, filled
from tests.operations.files.conftest import result_of, run_task

from .conftest import aged, listed, moved, stored

pytestmark = pytest.mark.embedded_only
STEPS = {
    "validate_data": [
        "checking_uploads",
        "checking_artifacts",
        "checking_contracts",
        "looking_for_spare_files",
    ],
    "clean_up": [f"cleaning_up_{what}" for what in CLEANERS],
}
EACH = [(name, step) for name, steps in STEPS.items() for step in steps]


@pytest.fixture
def mess(upload, left, settings, media):
    """One of everything that is found, and that goes."""
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(seconds=-1)}
    lifecycle.complete(left(upload=upload(name="old.csv")), result={})
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(days=1)}
    expired = left(name="late.txt", time_to_live=timedelta(seconds=-1))
    lifecycle.complete(expired, result={})
    for name in ("one.csv", "two.csv"):
        upload(name=name).path.unlink()
    (media / "uploads" / "spare.csv").write_text("x")
    aged(media / "uploads" / "spare.csv")


@pytest.fixture
def at_step(monkeypatch):
    """Return a function that lets something happen when a task comes to a step."""

    def at(step: str, happens) -> None:
        real = Context.step

        def stepped(self, key, **facts):
            if key == step and not done:
                done.append(key)
                happens(self.task)
            return real(self, key, **facts)

        done: list[str] = []
        monkeypatch.setattr(Context, "step", stepped)

    return at


@pytest.mark.parametrize(("name", "step"), EACH)
def test_a_pause_costs_nothing(mess, run, at_step, name, step):
    at_step(step, lambda task: lifecycle.pause(task, origin=ORIGIN))
    paused = run(name)
    assert paused.status == "paused"

    ended = run_task(lifecycle.resume(paused, origin=ORIGIN))

    assert ended.status in {"completed", "completed_with_errors"}
    told = result_of(ended)
    rows = listed(ended, told["list"])
    if name == "validate_data":
        assert (told["damaged"], told["spare_files"]) == (2, 1)
        names = sorted(row["Name"] for row in rows)
        assert names == ["one.csv", "spare.csv", "two.csv"]
        assert fresh(ended).error_count == 2
    else:
        counts = {"artifacts": 1, "tasks": 1, "uploads": 0, "files": 1}
        counts["fingerprints"] = 0
        assert told["deleted"] == counts
        assert len(rows) == 3
    assert ended.artifacts.count() == 1


@pytest.mark.parametrize(("name", "step"), EACH)
def test_a_cancelled_one_begins_anew_when_it_is_retried(mess, run, at_step, name, step):
    at_step(step, lambda task: lifecycle.cancel(task, origin=ORIGIN))
    cancelled = run(name)
    assert cancelled.status == "cancelled"
    with pytest.raises(IllegalTransitionError):
        lifecycle.pause(cancelled, origin=ORIGIN)

    lifecycle.retry(cancelled, attempts=1, origin=ORIGIN)
    ended = run_task(cancelled)

    assert ended.status in {"completed", "completed_with_errors"}
    assert ended.artifacts.count() == 1
    if name == "validate_data":
        assert len(listed(ended, "findings.csv")) == 3
    assert run(name).status == ended.status


@pytest.mark.parametrize(("name", "step"), EACH)
def test_while_it_runs_it_cannot_be_deleted_and_loses_nothing(
    mess, run, at_step, name, step
):
    def refuse(task: Task) -> None:
        with pytest.raises(IllegalTransitionError):
            lifecycle.delete(task)

    at_step(step, refuse)

    ended = run(name)

    assert ended.status in {"completed", "completed_with_errors"}
    lifecycle.delete(ended)
    assert not Artifact.objects.filter(task=ended.pk).exists()


@pytest.mark.parametrize(("name", "step"), EACH)
def test_one_whose_lease_was_lost_is_done_by_the_next(
    mess, run, at_step, settings, name, step
):
    def lose(task: Task) -> None:
        Task.objects.filter(pk=task.pk).update(lease_expires_at="2020-01-01T00:00Z")
        assert lifecycle.expire(fresh(task)) is not None

    at_step(step, lose)
    from tasks_app.errors import LeaseInterruption

    with pytest.raises(LeaseInterruption):
        run(name)
    task = Task.objects.get(operation=f"maintenance.{name}")
    assert (task.status, task.artifacts.count()) == ("pending", 0)

    ended = run_task(task)

    assert ended.status in {"completed", "completed_with_errors"}
    assert ended.artifacts.count() == 1


@pytest.mark.parametrize("verb", ["pause", "cancel"])
@pytest.mark.parametrize(
    ("name", "method", "call"),
    [
        *(("daily_statistics", "step", call) for call in (1, 2)),
        *(("daily_statistics", "progress", call) for call in (1, 31, 32)),
        ("daily_statistics", "artifact", 1),
        ("health_check", "step", 1),
        *(("health_check", "progress", call) for call in (1, 7, 8)),
        ("health_check", "error", 1),
        ("prune", "progress", 1),
    ],
)
def test_the_short_ones_stop_anywhere_and_go_on(
    mess, run, monkeypatch, name, method, call, verb
):
    real, calls = getattr(Context, method), []

    def asked(self, *args, **facts):
        calls.append(method)
        if len(calls) == call:
            with pytest.raises(IllegalTransitionError):
                lifecycle.delete(self.task)
            self.task = getattr(lifecycle, verb)(self.task, origin=ORIGIN)
        return real(self, *args, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(Context, method, asked)
        stopped = run(name)
    assert stopped.status == ("paused" if verb == "pause" else "cancelled")

    if verb == "pause":
        ended = run_task(lifecycle.resume(stopped, origin=ORIGIN))
    else:
        ended = run_task(lifecycle.retry(stopped, attempts=1, origin=ORIGIN))

    is_well = name != "health_check"  # no keeper is there
    assert ended.status == ("completed" if is_well else "completed_with_errors")
    assert ended.artifacts.count() == (1 if name == "daily_statistics" else 0)
    if verb == "pause" and not is_well:  # keeper, workers and beat, each told once
        assert fresh(ended).error_count == 3


def test_a_check_whose_list_fits_no_disk_fails_and_leaves_nothing(
    mess, small_disk, submit, media, settings
):
    pending = submit("validate_data")
    folder = moved(media, small_disk, settings)
    before = stored(folder)
    filled(small_disk, leave=0)

    task = run_task(pending)

    assert (task.status, task.error_code) == ("failed", "disk_full"), task.error_detail
    assert "The disk of the server is full" in task.error_message
    assert (task.artifacts.count(), stored(folder)) == (0, before)
    emptied(small_disk)
    lifecycle.retry(task, attempts=1, origin=ORIGIN)
    assert len(listed(run_task(task), "findings.csv")) == 3


@pytest.mark.parametrize("where", ["files", "temporary files"])
def test_a_full_disk_keeps_no_clean_up_from_making_room(
    mess, small_disk, submit, media, settings, monkeypatch, where
):
    pending = submit("clean_up", what=["tasks", "artifacts"])
    if where == "files":
        folder = moved(media, small_disk, settings)
        for name in stored(folder):  # gone already, so that nothing is won
            (folder / name).unlink()
    else:
        monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
        folder = media
    filled(small_disk, leave=0)

    task = run_task(pending)

    assert task.status == "completed_with_errors", task.error_message
    assert result_of(task)["deleted"] == {"artifacts": 1, "tasks": 1}
    assert not Artifact.objects.filter(name="late.txt").exists()
    (told,) = [event.message for event in task.events.filter(kind="error")]
    assert "full" in told
    left = [row.file.name for row in task.artifacts.all()]
    assert [n for n in stored(folder) if n.startswith("artifacts")] == left
