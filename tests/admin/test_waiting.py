"""A task that waits says why on its page, in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.admin.waiting import told
from tasks_app.admin.words import about
from tasks_app.models import Task
from tasks_app.models.waiting import Reason, Waiting
from tests.conftest import ORIGIN

from .places import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

NOW = timezone.now()


def queued(ahead: int, *, is_exact: bool = True, starts_in: float | None) -> Waiting:
    facts = {"ahead": ahead, "is_exact": is_exact, "starts_in": starts_in}
    return Waiting(Reason.QUEUED, NOW, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("waits", "sentence"),
    [
        (
            queued(0, starts_in=4),
            "It is next in the queue “x”. It should start in a few seconds.",
        ),
        (queued(0, starts_in=None), "It is next in the queue “x”."),
        (
            queued(1, starts_in=None),
            "1 task is before it in the queue “x”."
            " Nothing started there in the last minutes.",
        ),
        (
            queued(812, starts_in=431),
            "812 tasks are before it in the queue “x”. It should start in about 7 min.",
        ),
        (
            queued(1000, is_exact=False, starts_in=9000),
            "More than 1,000 tasks are before it in the queue “x”."
            " It starts in about 2 h at the earliest.",
        ),
        (
            queued(3, is_exact=False, starts_in=None),
            "At least 3 tasks are before it in the queue “x”."
            " Nothing started there in the last minutes.",
        ),
        (
            queued(0, is_exact=False, starts_in=None),
            "It waits for its turn in the queue “x”.",
        ),
        (
            Waiting(Reason.DELAYED, NOW, until=NOW + timedelta(hours=1)),
            "It was asked to wait. It may start in",
        ),
        (
            Waiting(Reason.NEXT_ATTEMPT, NOW, until=NOW + timedelta(hours=1)),
            "Attempt 2 of 3 failed. The next try is in",
        ),
    ],
)
def test_each_reason_has_its_sentence(waits: Waiting, sentence: str) -> None:
    task = Task(queue="x", attempt=2, max_attempts=3)

    assert told(waits, task).text == sentence


def test_who_paused_it_is_named_and_when() -> None:
    since = timezone.now() - timedelta(minutes=5)
    waits = Waiting(Reason.PAUSED, since, by="alice")

    assert told(waits, Task()).text == (
        "Paused by alice 5 min ago. It goes on when somebody resumes it."
    )


def test_a_question_waits_for_its_answer() -> None:
    waits = Waiting(Reason.QUESTION, timezone.now())

    assert (
        told(waits, Task()).text == "Asked just now. It goes on when somebody answers."
    )


def test_every_reason_has_words() -> None:
    for reason in set(Reason) - {Reason.DELAYED, Reason.NEXT_ATTEMPT}:
        assert told(Waiting(reason, NOW, ahead=0), Task(queue="x")).text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4, "a few seconds"),
        (37, "about 40 s"),
        (100, "about 2 min"),
        (7_000, "about 2 h"),
        (200_000, "about 2 d"),
    ],
)
def test_a_guess_is_never_too_exact(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_the_page_of_a_waiting_task_counts_down(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    until = timezone.now() + timedelta(hours=2)
    page = desk.get(page_of(make_task(not_before=until))).content.decode()

    assert "It was asked to wait. It may start in" in page
    assert "data-until>1 h 59 min</time>" in page


def test_the_part_that_tells_it_comes_with_the_others(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = lifecycle.pause(make_task(), origin=ORIGIN)

    part = desk.get(page_of(task), headers={"X-Fragment": "story"}).content.decode()

    assert 'data-part="waits"' in part
    assert "Paused by alice just now." in part


def test_a_running_task_waits_for_nothing(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    assert desk.get(page_of(make_claimed())).context["waits"] is None
