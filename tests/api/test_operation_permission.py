"""An operation with a permission does not exist for who lacks it."""

from __future__ import annotations

import pytest

from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations.submission import submit

PRUNE = {"operation": "maintenance.prune", "params": {"dry_run": True}}


def names(api):
    return {operation["name"] for operation in api.get("/api/v1/operations/").json()}


def test_who_lacks_the_permission_is_told_that_there_is_no_such_operation(api):
    response = api.post("/api/v1/tasks/", PRUNE)

    assert response.status_code == 400
    (sentence,) = response.json()["errors"]["operation"]
    assert sentence.startswith("There is no operation “maintenance.prune”.")
    assert "maintenance.prune" not in sentence.split("Known are:")[1]
    assert "maintenance.prune" not in names(api)
    assert not Task.objects.exists()


def test_operators_may_submit_it(api_of_staff):
    assert "maintenance.prune" in names(api_of_staff)
    assert api_of_staff.post("/api/v1/tasks/", PRUNE).status_code == 201


@pytest.mark.django_db
def test_a_schedule_may_submit_it():
    task = submit(
        operation="maintenance.prune",
        owner=None,
        origin=Origin(source=Source.SCHEDULE),
    )

    assert task.status == "pending"
