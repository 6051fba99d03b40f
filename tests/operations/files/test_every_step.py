"""Whatever is asked of a task at whatever step: it stops, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tasks_app import lifecycle
from tasks_app.errors import IllegalTransitionError
from tasks_app.models import Task
from tasks_app.operations.context import Context
from tests.conftest import ORIGIN
from tests.operations.files.conftest import artifact, result_of, run_task

Submit = Callable[..., Task]
HEAD = "Date,Description,Supplier,Amount,Balance\n"
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
    "near_duplicate_found",
    "delta_analysis_complete",
    "entity_resolution",
    "classification",
    "enrichment",
    "complete",
]


def statement(rows: int) -> str:
    return HEAD + "".join(
        f"2025-01-{n % 28 + 1:02},Rent {n},Acme Ltd,-{n}.50,{n}.00\n"
        for n in range(rows)
    )


@pytest.fixture
def submitted(
    submit_file: Submit, run_file: Submit, write: Callable[..., Path]
) -> Task:
    """A task that will come by all the steps above."""
    run_file(write(statement(40), name="earlier.csv"))
    return submit_file(write(statement(42), name="later.csv"))


def at(step: str, verb: str, patch: pytest.MonkeyPatch) -> None:
    """Ask for `verb` the first time that a task is at `step`."""
    real = Context.step
    asked: list[str] = []

    def watched(self: Context, key: str, **facts: object) -> None:
        if key == step and not asked:
            asked.append(step)
            self.task = getattr(lifecycle, verb)(self.task, origin=ORIGIN)
        real(self, key, **facts)

    patch.setattr(Context, "step", watched)


def told(task: Task) -> list[str]:
    events = task.events.filter(kind="step").order_by("version")
    return [event.step for event in events]


def test_the_steps_come_in_the_order_of_their_source(submitted: Task) -> None:
    assert told(run_task(submitted)) == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_a_pause_keeps_the_position(
    submitted: Task, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        at(step, "pause", patch)
        paused = run_task(submitted)
    assert (paused.status, paused.step) == ("paused", step)

    task = run_task(lifecycle.resume(paused, origin=ORIGIN))

    assert task.status == "completed"
    assert result_of(task)["differences"]["new"] == 2
    assert pl.read_parquet(artifact(task, "cleaned.parquet")).height == 42
    if STEPS.index(step) > STEPS.index("extracting"):
        assert told(task).count("extracting") == 1
    assert task.artifacts.count() == 3


@pytest.mark.parametrize("step", STEPS)
def test_a_cancelled_task_is_retried_or_deleted(
    submitted: Task, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        at(step, "cancel", patch)
        cancelled = run_task(submitted)
    assert (cancelled.status, cancelled.step) == ("cancelled", step)

    again = run_task(lifecycle.retry(cancelled, attempts=3, origin=ORIGIN))
    assert (again.status, result_of(again)["rows"]) == ("completed", 42)
    lifecycle.delete(again)
    assert not Task.objects.filter(pk=again.pk).exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_task_at_work_is_not_deleted_or_retried(
    submitted: Task, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    refused = []
    real = Context.step

    def watched(self: Context, key: str, **facts: object) -> None:
        if key == step:
            with pytest.raises(IllegalTransitionError):
                lifecycle.delete(self.task)
            with pytest.raises(IllegalTransitionError):
                lifecycle.retry(self.task, attempts=1, origin=ORIGIN)
            refused.append(key)
        real(self, key, **facts)

    monkeypatch.setattr(Context, "step", watched)

    assert run_task(submitted).status == "completed"
    assert refused == [step]
