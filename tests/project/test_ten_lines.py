"""The example of docs/operations.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks_app import lifecycle
from tasks_app.operations import registry, runner

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


@pytest.fixture
def example(monkeypatch):
    """The code of the page, registered for this test."""
    monkeypatch.setattr(registry, "_operations", dict(registry._operations))
    code, *_ = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102  our own page
    return code


def test_ten_lines_make_a_tracked_operation(example, make_task, transactional_db):
    task = lifecycle.claim(str(make_task("reports.weekly").pk), worker="worker-1")
    assert task is not None

    runner.attempt(task)

    task.refresh_from_db()
    assert (task.status, task.result) == ("completed", {"days": 7})
    assert (task.progress_current, task.progress_total) == (7, 7)
    text = Path(task.artifacts.get().file.path).read_text()
    assert text.startswith("day 1: fine")
    steps = task.events.filter(kind="step")
    assert [event.message for event in steps] == ["Collecting figures..."]


def test_the_example_has_ten_lines(example):
    lines = [line for line in example.splitlines() if line.strip()]

    assert len(lines) <= 10
