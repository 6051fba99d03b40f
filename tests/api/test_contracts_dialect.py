"""Source 004's REST interface: `tasks/export/` and its neighbours."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.models.wire import iso
from tasks_app.operations import registry
from tests.conftest import ORIGIN
from tests.workshop.operations import echo, parameters

pytestmark = pytest.mark.django_db

URL = "/api/v1/data-processing/tasks/"
NAMES = {"export": "export", "aggregates": "aggregate", "search": "search"}


@pytest.fixture
def bring(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that registers an operation for the length of a test."""

    def register(name: str, **facts: Any) -> None:
        monkeypatch.delitem(registry._operations, name, raising=False)
        params = parameters(filters={"type": "object", "default": {}})
        registry.operation(name, title="Contracts", params=params, **facts)(echo)
        made = registry._operations.pop(name)
        monkeypatch.setitem(registry._operations, name, made)

    return register


def test_an_export_is_queued_under_an_id_of_its_own(api, bring):
    bring("contracts.export")

    answer = api.post(f"{URL}export/", {"filters": {"contractors": ["Company A"]}})

    assert answer.status_code == 200
    task = Task.objects.get()
    assert answer.json() == {
        "status": "queued",
        "task_id": str(task.pk),
        "export_id": f"export-{task.pk}",
    }
    assert task.operation == "contracts.export"
    assert task.params == {"filters": {"contractors": ["Company A"]}}


@pytest.mark.parametrize("name", ["aggregates", "search"])
def test_the_others_are_queued_too(api, bring, name):
    bring(f"contracts.{NAMES[name]}")

    answer = api.post(f"{URL}{name}/", {"filters": {}})

    task = Task.objects.get()
    assert answer.json() == {"status": "queued", "task_id": str(task.pk)}
    assert (task.operation, task.status) == (f"contracts.{NAMES[name]}", "pending")


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_that_nobody_brought_is_named(api, monkeypatch, name):
    monkeypatch.delitem(registry._operations, f"contracts.{NAMES[name]}")

    answer = api.post(f"{URL}{name}/", {"filters": {}})

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "operation_unavailable"
    assert f"“contracts.{NAMES[name]}”" in answer.json()["detail"]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("export", {"filters": {"contractors": ["Company A"]}}),
        ("aggregates", {"by": ["month", "directorate"], "filters": {}}),
        ("search", {"query": "bridge"}),
    ],
)
def test_the_operations_that_are_shipped_take_the_body(api, name, body):
    answer = api.post(f"{URL}{name}/", body)

    assert answer.status_code == 200, answer.content
    task = Task.objects.get()
    assert task.operation == f"contracts.{NAMES[name]}"
    assert task.params.items() >= body.items()


@pytest.mark.parametrize("body", [{"filters": []}, {"owner": "bob"}, [1], "x"])
def test_parameters_are_checked_by_the_operation(api, bring, body):
    bring("contracts.export")

    answer = api.post(f"{URL}export/", body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"
    assert not Task.objects.exists()


def test_the_same_key_makes_one_task(api, bring):
    bring("contracts.export")
    key = {"Idempotency-Key": "k1"}

    first, second = (api.post(f"{URL}export/", {}, headers=key) for _ in range(2))

    assert first.json() == second.json()


def test_a_status_is_told_in_celery_s_words(api, make_claimed):
    task = lifecycle.progress(make_claimed(), current=1, total=2, message="Writing")

    told = api.get(f"{URL}status/", {"task_id": str(task.pk)}).json()

    assert told == {
        "task_id": str(task.pk),
        "type": "workshop.echo",
        "state": "PROGRESS",
        "progress": 50,
        "status": "Writing",
        "created_at": iso(task.created_at),
        "completed_at": None,
        "artifacts": [],
    }


def test_a_finished_task_has_result_and_downloads(api, make_claimed, tmp_path):
    (path := tmp_path / "export.xlsx").write_bytes(b"PK")
    task = lifecycle.add_artifact(
        make_claimed(), path=path, name=path.name, content_type="application/x"
    )
    task = lifecycle.complete(task, result={"rows": 12})

    told = api.get(f"{URL}status/", {"task_id": str(task.pk)}).json()

    assert (told["state"], told["progress"]) == ("SUCCESS", 100)
    assert told["result"] == {"rows": 12}
    assert told["completed_at"] == iso(task.finished_at)
    assert b"".join(api.get(told["artifacts"][0]["url"])) == b"PK"


def test_active_are_those_of_the_caller_that_have_not_ended(
    api, bob, make_task, make_claimed
):
    lifecycle.cancel(make_task(), origin=ORIGIN)
    make_task(owner=bob)
    waiting, running = make_task(), make_claimed()

    told = api.get(f"{URL}active/").json()["tasks"]

    assert [(task["task_id"], task["state"]) for task in told] == [
        (str(running.pk), "STARTED"),
        (str(waiting.pk), "PENDING"),
    ]


def test_a_waiting_task_is_cancelled_a_running_one_is_asked_to_stop(
    api, make_task, make_claimed
):
    waiting, running = make_task(), make_claimed()

    def cancel(task):
        return api.post(f"{URL}cancel/", {"task_id": str(task.pk)})

    assert cancel(waiting).json() == {"status": "cancelled", "task_id": str(waiting.pk)}
    assert cancel(running).json() == {
        "status": "cancelling",
        "task_id": str(running.pk),
    }
    again = cancel(waiting)
    assert again.status_code == 409
    assert again.json()["current_status"] == "cancelled"


@pytest.mark.parametrize("body", [{}, {"task_id": "abc-123"}, {"task_id": None}])
def test_a_task_id_that_is_none_is_named(api, body):
    asked = {key: value for key, value in body.items() if value}
    for answer in (
        api.post(f"{URL}cancel/", body),
        api.get(f"{URL}status/", asked),
    ):
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["task_id"]


def test_what_may_not_be_seen_is_like_what_does_not_exist(api_of_bob, make_task):
    for pk in (make_task().pk, uuid.uuid4()):
        query = {"task_id": str(pk)}
        assert api_of_bob.get(f"{URL}status/", query).status_code == 404
        assert api_of_bob.post(f"{URL}cancel/", query).status_code == 404
    assert api_of_bob.get(f"{URL}active/").json() == {"tasks": []}


@pytest.mark.parametrize("name", [*NAMES, "cancel", "status", "active"])
def test_a_stranger_has_to_sign_in_and_other_methods_are_refused(client, api, name):
    ask = "get" if name in ("status", "active") else "post"
    other = "post" if ask == "get" else "get"

    assert getattr(client, ask)(f"{URL}{name}/").status_code == 401
    assert getattr(api, other)(f"{URL}{name}/").status_code == 405
