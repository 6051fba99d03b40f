"""Code, table and documentation tell the same lifecycle."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task, TaskEvent
from tasks_app.statuses import (
    ACTIONS,
    FINAL,
    MEANING,
    TRANSITIONS,
    Status,
    legal_actions,
)
from tests.conftest import ORIGIN

from .rows import Make, claim, crash, let_leases_end

DOCUMENT = Path(__file__).parents[2] / "docs" / "lifecycle.md"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \|", re.M)
ARROW = re.compile(r"^    (\w+) --> (\w+)\b", re.M)


def table() -> set[tuple[str, str]]:
    return {(a.value, b.value) for a, after in TRANSITIONS.items() for b in after}


def test_every_status_has_a_sentence_and_a_row() -> None:
    assert set(MEANING) == set(TRANSITIONS) == set(Status)
    assert all(text.endswith(".") for text in MEANING.values())
    assert {status for actions in ACTIONS.values() for status in actions} == set(Status)


def test_what_is_final_is_left_by_a_retry_only() -> None:
    for status in FINAL:
        retried = frozenset({Status.PENDING}) if status in ACTIONS["retry"] else set()
        assert TRANSITIONS[status] == retried


def test_the_document_has_every_status_with_its_sentence() -> None:
    text = DOCUMENT.read_text()
    found = re.findall(r"^\| `(\w+)` \| ([^|`]+) \|$", text, re.M)
    assert found == [(status.value, MEANING[status]) for status in Status]


def test_the_document_has_every_transition_and_no_other() -> None:
    rows = ROW.findall(DOCUMENT.read_text())
    assert len(rows) == len(set(rows))
    assert set(rows) == table()


def test_the_picture_shows_every_transition_and_no_other() -> None:
    assert set(ARROW.findall(DOCUMENT.read_text())) == table()


def test_the_code_makes_every_transition_and_no_other(
    make_task: Make, make_claimed: Make, settings: Any
) -> None:
    def ended(verb: Callable[..., Task], **facts: Any) -> Task:
        return verb(make_claimed(), **facts)

    lifecycle.cancel(make_task(), origin=ORIGIN)
    held = lifecycle.pause(make_task(), origin=ORIGIN)
    lifecycle.cancel(lifecycle.resume(held, origin=ORIGIN), origin=ORIGIN)
    lifecycle.cancel(lifecycle.pause(make_task(), origin=ORIGIN), origin=ORIGIN)
    ended(lifecycle.complete, result={})
    ended(lifecycle.release, delay=0, code="x", message="x")
    lifecycle.obey(lifecycle.pause(make_claimed(), origin=ORIGIN))
    cancelled = lifecycle.obey(lifecycle.cancel(make_claimed(), origin=ORIGIN))
    failed = ended(lifecycle.fail, code="x", message="x")
    partly = lifecycle.note_error(make_claimed(), message="x", row=1)
    for task in (cancelled, failed, lifecycle.complete(partly, result={})):
        lifecycle.retry(task, attempts=1, origin=ORIGIN)
    let_leases_end(settings)
    crash(claim(make_task()))

    told = TaskEvent.objects.filter(kind="status").exclude(from_status="")
    assert set(told.values_list("from_status", "to_status")) == table()


@pytest.mark.parametrize("status", Status)
def test_a_request_that_waits_is_not_offered_again(status: Status) -> None:
    asked = legal_actions(status, cancel_requested=True, pause_requested=False)
    if status is Status.PROCESSING:
        assert asked == []
    else:
        legal = [name for name, legal in ACTIONS.items() if status in legal]
        assert asked == [name for name in legal if name not in {"answer", "unkeep"}]
