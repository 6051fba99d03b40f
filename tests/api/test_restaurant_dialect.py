"""Source 003's REST interface, with the shapes of its document."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tasks_app import lifecycle

pytestmark = pytest.mark.django_db


def test_a_task_by_id_has_the_document_s_members(api, make_claimed):
    task = make_claimed()
    facts: dict[str, Any] = {"current": 3, "total": 12, "message": "Reading rows"}
    task = lifecycle.progress(task, **facts)

    answer = api.get(f"/task-status/{task.pk}").json()

    assert answer == {
        "task_id": str(task.pk),
        "operation": "workshop.echo",
        "status": "processing",
        "progress": facts,
        "created_at": int(task.created_at.timestamp()),
        "updated_at": int(task.status_updated_at.timestamp()),
    }


def test_an_error_of_a_task_that_goes_on_is_told(api, make_claimed):
    task = lifecycle.note_error(make_claimed(), message="No date.", row=4)

    told = api.get(f"/task-status/{task.pk}").json()

    assert (told["status"], told["error"]) == ("error", "1 error noted so far.")


def test_request_ids_are_in_the_headers(api, make_task):
    given = api.get("/task-status", headers={"X-Request-ID": "request-7"})
    made = api.get(f"/task-status/{make_task().pk}")

    assert given["X-Request-ID"] == "request-7"
    assert len(made["X-Request-ID"]) == 32


def test_an_operation_that_nobody_knows_has_no_tasks(api, make_task):
    make_task()

    assert api.get("/task-status", {"operation": "daily_sales"}).json() == []


def test_results_and_errors_are_told_at_the_end(api, make_claimed):
    done = lifecycle.complete(make_claimed(), result={"rows": 12})
    broken = lifecycle.fail(make_claimed(), code="x", message="The file is broken.")

    told = {task["task_id"]: task for task in api.get("/task-status").json()}

    assert told[str(done.pk)]["status"] == "completed"
    assert told[str(done.pk)]["result"] == {"rows": 12}
    assert told[str(broken.pk)]["status"] == "failed"
    assert told[str(broken.pk)]["error"] == "The file is broken."


def test_tasks_by_operation_are_the_caller_s_alone(api, bob, make_task):
    make_task(owner=bob)
    make_task("workshop.slow")
    mine = make_task()

    told = api.get("/task-status", {"operation": "workshop.echo"}).json()

    assert [task["task_id"] for task in told] == [str(mine.pk)]
    assert told[0]["status"] == "started"


def test_what_may_not_be_seen_is_like_what_does_not_exist(api, bob, make_task):
    hidden = api.get(f"/task-status/{make_task(owner=bob).pk}")
    nothing = api.get(f"/task-status/{uuid.uuid4()}")

    assert hidden.status_code == nothing.status_code == 404
    anybody = {"request_id": ""}
    assert hidden.json() | anybody == nothing.json() | anybody


@pytest.mark.parametrize("path", ["/task-status", f"/task-status/{uuid.uuid4()}"])
def test_a_stranger_has_to_sign_in(client, path):
    assert client.get(path).status_code == 401
