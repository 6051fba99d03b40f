"""Many tasks are submitted at once, all or none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tasks_app import lifecycle
from tasks_app.models import Batch, Task, TaskEvent
from tasks_app.operations import publisher
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db
URL = "/api/v1/tasks/batch/"


def echoes(count: int) -> dict[str, Any]:
    return {
        "tasks": [
            {"operation": "workshop.echo", "params": {"text": str(n)}}
            for n in range(count)
        ]
    }


def test_each_becomes_a_task_of_one_batch_in_the_order_of_the_list(api, alice):
    response = api.post(URL, {**echoes(3), "title": "Three words"})

    assert response.status_code == 201
    told = response.json()
    tasks = {str(task.pk): task for task in Task.objects.all()}
    assert [tasks[pk].params["text"] for pk in told["ids"]] == ["0", "1", "2"]
    batch = Batch.objects.get(pk=told["batch"])
    assert (batch.title, batch.owner) == ("Three words", alice)
    assert {task.batch_id for task in tasks.values()} == {batch.pk}
    for task in tasks.values():
        event = task.events.get()
        assert (event.version, event.to_status, event.actor) == (1, "pending", "alice")
        assert (task.status, task.version, task.source) == ("pending", 1, "api")


def test_all_options_of_a_submission_hold_for_each(api, settings):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "QUEUES": ["slow"]}
    item = {
        "operation": "workshop.echo",
        "title": "later",
        "priority": 9,
        "queue": "slow",
        "not_before": "2099-01-01T00:00:00Z",
    }
    told = api.post(URL, {"tasks": [item, {"operation": "workshop.outside"}]}).json()

    first, second = (Task.objects.get(pk=pk) for pk in told["ids"])
    assert (first.title, first.priority, first.queue) == ("later", 9, "slow")
    assert first.not_before is not None
    assert (second.title, second.external) == ("Outside", True)


def test_workers_are_told_of_each(api, transactional_db, monkeypatch):
    sent: list[Any] = []
    monkeypatch.setattr("tasks_app.operations.publisher.send", sent.append)

    told = api.post(URL, echoes(3)).json()

    assert publisher.flush()
    assert [nudge.task_id for nudge in sent] == told["ids"]


def test_one_alone_makes_no_batch(api):
    assert api.post(URL, echoes(1)).json()["batch"] is None
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"operation": "workshop.nothing"}, "tasks.1.operation"),
        ({"operation": "workshop.echo", "params": {"text": 5}}, "tasks.1.params.text"),
        ({"operation": "workshop.echo", "params": []}, "tasks.1.params"),
        ({"operation": "files.process"}, "tasks.1.file"),
        ({"operation": "workshop.echo", "queue": "nowhere"}, "tasks.1.queue"),
        ({"operation": "workshop.echo", "title": "\u202e"}, "tasks.1.title"),
    ],
)
def test_one_that_is_wrong_refuses_all_and_is_named(api, wrong, field):
    wanted = echoes(1)["tasks"]

    response = api.post(URL, {"tasks": [*wanted, wrong, *wanted]})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Task.objects.exists()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("tasks", "field"),
    [
        ([], "tasks"),
        ("x", "tasks"),
        ([5], "tasks.0"),
        ([{"operation": "workshop.echo", "status": "completed"}], "tasks.0.status"),
        ([{"operation": "workshop.echo"}, {}], "tasks.1.operation"),
    ],
)
def test_a_list_of_another_shape_is_refused(api, tasks, field):
    response = api.post(URL, {"tasks": tasks})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Task.objects.exists()


def test_more_than_a_thousand_are_refused(api):
    response = api.post(URL, echoes(1001))

    assert list(response.json()["errors"]) == ["tasks"]
    assert not Task.objects.exists()


def test_the_same_key_and_list_answer_the_same_tasks(api):
    first = api.post(URL, echoes(3), HTTP_IDEMPOTENCY_KEY="monday")
    again = api.post(URL, echoes(3), HTTP_IDEMPOTENCY_KEY="monday")
    other = api.post(URL, echoes(2), HTTP_IDEMPOTENCY_KEY="monday")

    assert again.json() == first.json()
    assert other.status_code == 422
    assert (Task.objects.count(), TaskEvent.objects.count()) == (3, 3)
    assert Batch.objects.count() == 1


def test_a_longer_list_with_the_same_key_is_another_request(api):
    api.post(URL, echoes(2), HTTP_IDEMPOTENCY_KEY="monday")

    assert api.post(URL, echoes(3), HTTP_IDEMPOTENCY_KEY="monday").status_code == 422
    assert Task.objects.count() == 2


def test_a_key_is_for_one_kind_of_request_only(api):
    one = echoes(1)["tasks"][0]
    api.post(URL, echoes(2), HTTP_IDEMPOTENCY_KEY="monday")
    api.post("/api/v1/tasks/", one, HTTP_IDEMPOTENCY_KEY="tuesday")

    single = api.post("/api/v1/tasks/", one, HTTP_IDEMPOTENCY_KEY="monday")
    many = api.post(URL, echoes(2), HTTP_IDEMPOTENCY_KEY="tuesday")

    assert (single.status_code, many.status_code) == (422, 422)
    assert Task.objects.count() == 3


def test_a_key_still_counts_when_a_task_of_the_list_is_gone(api):
    first = api.post(URL, echoes(3), HTTP_IDEMPOTENCY_KEY="monday").json()
    gone = lifecycle.cancel(Task.objects.get(pk=first["ids"][1]), origin=ORIGIN)
    lifecycle.delete(gone)

    again = api.post(URL, echoes(3), HTTP_IDEMPOTENCY_KEY="monday").json()

    assert again == {"batch": first["batch"], "ids": first["ids"][::2]}


def test_a_key_that_is_too_long_is_named_once(api):
    response = api.post(URL, echoes(3), HTTP_IDEMPOTENCY_KEY="k" * 256)

    assert response.status_code == 400
    assert len(response.json()["errors"]) == 1


def test_of_many_with_one_key_at_once_one_makes_the_tasks(
    transactional_db, alice, client_of
):
    def post(_: int) -> Any:
        try:
            return (
                client_of(alice).post(URL, echoes(5), HTTP_IDEMPOTENCY_KEY="k").json()
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, range(6)))

    assert all(answer == answers[0] for answer in answers)
    assert (Task.objects.count(), Batch.objects.count()) == (5, 1)
