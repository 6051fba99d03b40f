"""A task that asks something is paused until a person answers."""

from __future__ import annotations

from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.errors import (
    AnsweredError,
    IllegalTransitionError,
    InvalidInputError,
    LeaseLostError,
    UnansweredError,
    VersionMismatchError,
)
from tasks_app.models import Task
from tasks_app.models.wire import row_wire
from tests.conftest import ORIGIN

from .rows import Make, claim, everything, fresh, moves

CHOICES = [
    {"value": "skip", "label": "Skip it", "description": "Nothing is done."},
    {"value": "process", "label": "Process it", "description": ""},
]
QUESTION: dict[str, Any] = {"key": "again", "text": "Do it again?", "choices": CHOICES}


@pytest.fixture
def asking(make_claimed: Make) -> Task:
    return lifecycle.ask(make_claimed(), question=QUESTION, progress=(3, 9, "Row 3"))


def test_a_question_pauses_and_is_told_with_its_choices(asking: Task) -> None:
    wire = row_wire(fresh(asking))

    assert (wire["status"], wire["progress"]["current"]) == ("paused", 3)
    assert wire["question"] == {"text": "Do it again?", "choices": CHOICES}
    assert asking.legal_actions == ["answer", "cancel"]
    told = asking.events.latest("version")
    assert (told.from_status, told.to_status) == ("processing", "paused")
    assert (told.message, told.data["choices"]) == ("Do it again?", CHOICES)


def test_an_answer_lets_it_go_on_and_uses_up_no_attempt(asking: Task) -> None:
    answered = lifecycle.answer(asking, choice="skip", origin=ORIGIN)

    assert (answered.status, answered.published_at) == ("pending", None)
    assert row_wire(answered)["question"] is None
    assert answered.events.latest("version").message == "alice answered: Skip it."
    again = claim(answered)
    assert again.question is not None
    assert again.question["answer"] == "skip"
    assert again.max_attempts - again.attempt == asking.max_attempts - 2


def test_only_its_choices_are_taken(asking: Task) -> None:
    before = everything(asking)

    with pytest.raises(InvalidInputError, match="one of: skip, process"):
        lifecycle.answer(asking, choice="burn", origin=ORIGIN)

    assert everything(asking) == before


def test_a_second_answer_comes_too_late_and_hears_of_the_first(asking: Task) -> None:
    lifecycle.answer(asking, choice="skip", origin=ORIGIN)

    for version in (None, asking.version):
        with pytest.raises(AnsweredError, match="alice answered: Skip it"):
            lifecycle.answer(
                asking, choice="process", origin=ORIGIN, expected_version=version
            )

    assert (fresh(asking).question or {})["answer"] == "skip"


def test_who_saw_an_older_version_does_not_answer(asking: Task) -> None:
    with pytest.raises(VersionMismatchError):
        lifecycle.answer(asking, choice="skip", origin=ORIGIN, expected_version=1)


def test_a_question_cannot_be_passed_by_with_resume(asking: Task) -> None:
    with pytest.raises(UnansweredError, match="Possible now: answer, cancel"):
        lifecycle.resume(asking, origin=ORIGIN)


def test_a_task_that_asked_nothing_takes_no_answer(make_task: Make) -> None:
    paused = lifecycle.pause(make_task(), origin=ORIGIN)

    with pytest.raises(IllegalTransitionError, match="Possible now: cancel, resume"):
        lifecycle.answer(paused, choice="skip", origin=ORIGIN)


def test_who_asked_to_cancel_gets_that_and_no_question(make_claimed: Make) -> None:
    claimed = make_claimed()
    lifecycle.cancel(claimed, origin=ORIGIN)

    asked = lifecycle.ask(claimed, question=QUESTION)

    assert (asked.status, asked.question) == ("cancelled", None)


def test_a_pause_asked_for_meanwhile_is_the_question(make_claimed: Make) -> None:
    claimed = make_claimed()
    lifecycle.pause(claimed, origin=ORIGIN)

    asked = lifecycle.ask(claimed, question=QUESTION)

    assert (asked.status, asked.pause_requested_at) == ("paused", None)
    assert asked.legal_actions == ["answer", "cancel"]


def test_an_attempt_that_is_over_asks_nothing(asking: Task, make_claimed: Make) -> None:
    stale = make_claimed()
    lifecycle.complete(stale, result={})
    before = everything(stale)

    with pytest.raises(LeaseLostError):
        lifecycle.ask(stale, question=QUESTION)

    assert everything(stale) == before


@pytest.mark.parametrize("choice", [None, "skip"])
def test_the_end_clears_the_question_and_its_answer(
    asking: Task, choice: str | None
) -> None:
    task = asking
    if choice:
        task = lifecycle.answer(task, choice=choice, origin=ORIGIN)
    ended = lifecycle.cancel(task, origin=ORIGIN)

    assert (ended.status, fresh(ended).question) == ("cancelled", None)
    again = lifecycle.retry(ended, attempts=1, origin=ORIGIN)
    assert again.question is None
    assert moves(again)[-1] == "pending"


def test_an_answer_survives_a_pause_after_it(asking: Task) -> None:
    answered = lifecycle.answer(asking, choice="skip", origin=ORIGIN)
    paused = lifecycle.pause(answered, origin=ORIGIN)

    assert paused.legal_actions == ["cancel", "resume"]
    again = claim(lifecycle.resume(paused, origin=ORIGIN))
    assert again.question is not None
    assert again.question["answer"] == "skip"
