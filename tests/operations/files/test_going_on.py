"""A paused, retried or rescued task goes on with what it had found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations.context import Context
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.steps import making
from tasks_app.operations.files.writing import output
from tasks_app.operations.tables import blocks
from tests.conftest import ORIGIN
from tests.operations.files.conftest import EXAMPLES, artifact, result_of, run_task

Submit = Callable[..., Task]
BAD_ROWS = EXAMPLES / "timesheets-bad-rows.csv"


def pause_at(monkeypatch: pytest.MonkeyPatch, method: str, *, call: int) -> None:
    """Pause the task that makes the n-th call of a Context method, as people do."""
    real = getattr(Context, method)
    calls = 0

    def counted(self: Context, *args: Any, **facts: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            self.task = lifecycle.pause(self.task, origin=ORIGIN)
        return real(self, *args, **facts)

    monkeypatch.setattr(Context, method, counted)


def events(task: Task, kind: str) -> list[str]:
    found = task.events.filter(kind=kind).order_by("version")
    return [event.step if kind == "step" else event.message for event in found]


def resume(task: Task) -> Task:
    return run_task(lifecycle.resume(task, origin=ORIGIN))


def test_a_resumed_task_does_not_look_at_the_file_again(
    submit_file: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        pause_at(patch, "artifact", call=1)
        paused = run_task(submit_file(EXAMPLES / "contacts.csv"))
    assert paused.status == "paused"
    assert paused.position is not None
    ended = resume(paused)
    assert ended.status == "completed"
    assert result_of(ended)["rows"] == 100
    seen = events(ended, "step")
    assert seen.count("field_detection") == 1
    assert (seen.count("extracting"), seen.count("enrichment")) == (1, 2)
    assert pl.read_parquet(artifact(ended, "cleaned.parquet")).height == 100


@pytest.mark.parametrize("call", [1, 3, 4])
def test_a_bad_row_is_told_once_however_often_the_task_stops(
    submit_file: Submit, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    with monkeypatch.context() as patch:
        pause_at(patch, "error", call=call)
        paused = run_task(submit_file(BAD_ROWS))
    assert paused.status == "paused"
    ended = resume(paused)
    assert ended.status == "completed_with_errors"
    assert ended.error_count == 4
    told = events(ended, "error")
    assert len(told) == len(set(told)) == 4


def test_a_task_that_stops_before_its_findings_are_saved_begins_anew(
    submit_file: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        pause_at(patch, "step", call=3)
        paused = run_task(submit_file(BAD_ROWS))
    assert paused.position is None
    ended = resume(paused)
    assert result_of(ended)["bad"] == 4
    assert len(events(ended, "error")) == 4


def test_a_cancel_in_the_middle_leaves_no_artifact(
    submit_file: Submit,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    write: Callable[..., Path],
) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "PROGRESS_SECONDS": 0}
    monkeypatch.setattr(blocks, "BLOCK", 10_000)
    real = output.write_table
    batches = 0

    def cancelled_after_a_batch(*args: Any, **facts: Any) -> Any:
        nonlocal batches
        for done in real(*args, **facts):
            batches += 1
            if batches == 1:
                lifecycle.cancel(task, origin=ORIGIN)
            yield done

    task = submit_file(write("a,b\n" + "1,2\n" * 30_000))
    monkeypatch.setattr(making, "write_table", cancelled_after_a_batch)
    ended = run_task(task)
    assert ended.status == "cancelled"
    assert batches == 1
    assert ended.artifacts.count() == 0
    assert list(Path(settings.MEDIA_ROOT).rglob("*.parquet")) == []


@pytest.mark.parametrize("path", [BAD_ROWS, EXAMPLES / "orders-two-sheets.xlsx"])
def test_findings_survive_being_saved(
    submit_file: Submit, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    pause_at(monkeypatch, "artifact", call=1)
    position = run_task(submit_file(path)).position
    assert position is not None
    dumped = Findings.load(position).dump()
    assert json.loads(json.dumps(dumped)) == position
