"""Times and numbers in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tasks_app.admin.words import ago, counted, lasting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 h ago"),
        (86_400 * 12, "12 d ago"),
    ],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    assert ago(timezone.now() - timedelta(seconds=seconds, milliseconds=100)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s"),
        (0.42, "0.4 s"),
        (12.6, "12 s"),
        (185, "3 min 5 s"),
        (7_260, "2 h 1 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_how_long_it_lasted(seconds: float, words: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == words


def test_one_task_and_many_tasks() -> None:
    assert [counted(1, "task"), counted(1_204, "task")] == ["1 task", "1,204 tasks"]
