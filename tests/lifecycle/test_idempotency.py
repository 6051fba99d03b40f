"""The same key and request make one task, however often and at once they come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connection

from tasks_app.errors import IdempotencyConflictError
from tasks_app.models import Task, TaskEvent, Upload
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN


def ask(owner: User, key: str | None = "key-1", text: str = "hi") -> Task:
    return submit(
        operation="workshop.echo",
        owner=owner,
        origin=ORIGIN,
        params={"text": text},
        idempotency_key=key,
    )


def test_the_same_key_and_request_answer_the_same_task(alice: User) -> None:
    assert ask(alice) == ask(alice)
    assert Task.objects.count() == 1
    assert TaskEvent.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(alice: User) -> None:
    ask(alice)

    with pytest.raises(IdempotencyConflictError, match="Send a new key"):
        ask(alice, text="something else")

    assert Task.objects.count() == 1


def test_a_key_belongs_to_its_owner(alice: User, bob: User) -> None:
    assert ask(alice) != ask(bob)


def test_without_a_key_every_request_is_a_new_task(alice: User) -> None:
    assert ask(alice, None) != ask(alice, None)
    assert ask(alice, "") != ask(alice, "")


def test_a_repeated_file_is_stored_once(
    alice: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path

    def send() -> Task:
        return submit(
            operation="workshop.read",
            owner=alice,
            origin=ORIGIN,
            file=ContentFile(b"a,b\n1,2\n", name="a.csv"),
            idempotency_key="key-1",
        )

    first, second = send(), send()

    assert first == second
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stored == [Upload.objects.get().path]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twelve_times_at_once_makes_one_task(alice: User) -> None:
    def send(_: int) -> object:
        try:
            return ask(alice).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(send, range(12)))

    assert len(set(answers)) == 1
    assert Task.objects.count() == 1
    assert TaskEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_for_different_requests_at_once_makes_one_task(alice: User) -> None:
    def send(number: int) -> str:
        try:
            ask(alice, text=f"request {number}")
        except IdempotencyConflictError:
            return "refused"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(send, range(8)))

    assert answers == ["accepted"] + ["refused"] * 7
    assert Task.objects.count() == 1
