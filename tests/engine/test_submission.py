"""What is asked for is checked before anything is stored."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.contrib.auth.models import User

from tasks_app.errors import InvalidInputError
from tasks_app.models import Task
from tasks_app.operations.publisher import Publisher
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN

BAD: dict[str, dict[str, Any]] = {
    "operation": {"operation": "workshop.nothing"},
    "params.seconds": {"operation": "workshop.slow", "params": {"seconds": -1}},
    "params.to": {"operation": "workshop.count", "params": {"to": "ten"}},
    "params.txt": {"params": {"txt": "unknown"}},
    "params": {"params": ["a list"]},
    "params.text": {"params": {"text": "a\x00b"}},
    "params.pause": {"operation": "workshop.count", "params": {"pause": math.nan}},
    "priority": {"priority": 10},
    "title": {"title": "t" * 201},
    "queue": {"queue": "nowhere"},
    "idempotency_key": {"idempotency_key": "k" * 256},
    "file": {"operation": "workshop.read"},
}
ALSO_BAD: list[dict[str, Any]] = [
    {"params": []},
    {"params": {"text": "half \ud83d"}},
    {"operation": "workshop.slow", "params": {"seconds": math.inf}},
    {"priority": -1},
    {"title": "a\nb"},
    {"title": "a\x00b"},
    {"operation": None},
]


def ask(owner: User, **facts: Any) -> Task:
    return submit(
        **{"operation": "workshop.echo", "owner": owner, "origin": ORIGIN, **facts}
    )


@pytest.mark.parametrize("field", BAD)
def test_what_is_wrong_is_named_with_its_field(alice: User, field: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        ask(alice, **BAD[field])

    assert list(refusal.value.errors) == [field]
    assert all(text.endswith(".") for text in refusal.value.errors[field])
    assert not Task.objects.exists()


def test_a_queue_is_one_that_somebody_reads(alice: User, settings: Any) -> None:
    with pytest.raises(InvalidInputError, match="Known are: default"):
        ask(alice, queue="external")  # of reporters, and read by no worker

    settings.SIGHTLINE = {**settings.SIGHTLINE, "QUEUES": ["night"]}

    assert ask(alice, queue="night").queue == "night"
    assert ask(alice).queue == "default"


@pytest.mark.parametrize("request_", ALSO_BAD)
def test_other_nonsense_is_refused_too(alice: User, request_: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        ask(alice, **request_)

    assert not Task.objects.exists()


def test_defaults_are_filled_in(alice: User) -> None:
    task = ask(alice, operation="workshop.count", params={"to": 3})

    assert task.params == {"to": 3, "pause": 0.05, "mark": ""}
    assert (task.title, task.max_attempts, task.queue) == ("Count", 3, "default")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_before_the_commit(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def put(self: Publisher, nudge: Any) -> None:
        seen.append(Task.objects.using("default").filter(pk=nudge.task_id).exists())

    monkeypatch.setattr(Publisher, "put", put)
    ask(alice)
    with pytest.raises(InvalidInputError):
        ask(alice, priority=99)

    assert seen == [True]
