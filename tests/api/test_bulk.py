"""One action on many tasks: an outcome for each, and no limit for a filter."""

from __future__ import annotations

import csv
import uuid

import pytest
from django.contrib.auth.models import User

from tasks_app import lifecycle
from tasks_app.api.filters import TaskFilter
from tasks_app.models import Task
from tasks_app.operations import registry, runner, schema, steering
from tasks_app.operations.maintenance import bulk as maintenance
from tests.conftest import ORIGIN

URL = "/api/v1/tasks/bulk/"

pytestmark = pytest.mark.django_db


def post(api, **body):
    return api.post(URL, body, format="json")


def test_each_id_has_an_outcome_of_its_own(api, bob, make_task):
    waiting, ended = make_task(), make_task()
    lifecycle.cancel(ended, origin=ORIGIN)
    ids = [str(pk) for pk in (waiting.pk, ended.pk, make_task(owner=bob).pk)]
    ids.append(str(uuid.uuid4()))

    outcomes = post(api, action="cancel", ids=ids).json()["outcomes"]

    assert [outcome["id"] for outcome in outcomes] == ids
    assert [outcome["outcome"] for outcome in outcomes] == [
        *("done", "illegal_transition", "not_found", "not_found")
    ]
    assert Task.objects.get(pk=waiting.pk).status == "cancelled"
    assert "because it is cancelled" in outcomes[1]["detail"]


def test_who_may_see_and_not_act_is_told_so(client_of, staff, make_task):
    group = staff.groups.get()
    group.permissions.remove(group.permissions.get(codename="cancel_task"))

    outcomes = post(client_of(staff), action="cancel", ids=[str(make_task().pk)]).json()

    assert outcomes["outcomes"][0]["outcome"] == "permission_denied"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"action": "explode", "ids": [str(uuid.uuid4())]}, "action"),
        ({"action": "cancel"}, "ids"),
        ({"action": "cancel", "ids": [], "filter": {}}, "ids"),
        ({"action": "cancel", "ids": ["seven"]}, "ids.0"),
        ({"action": "cancel", "ids": [str(uuid.uuid4())] * 501}, "ids"),
        ({"action": "cancel", "filter": {"colour": "red"}}, "filter.colour"),
        ({"action": "cancel", "filter": {"status": ["running"]}}, "filter.status.0"),
        ({"action": "cancel", "filter": {"batch": "seven"}}, "filter.batch"),
        (
            {"action": "cancel", "filter": {"created_after": "0"}},
            "filter.created_after",
        ),
    ],
)
def test_a_bad_request_is_named(api, body, name):
    answer = post(api, **body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.fixture
def accepted(api, make_task, bob):
    """A task that cancels alice's pending tasks, of which there are seven."""
    for _ in range(7):
        make_task()
    make_task(owner=bob)
    answer = post(api, action="cancel", filter={"status": ["pending"]})
    assert answer.status_code == 202
    claimed = lifecycle.claim(answer.json()["id"], worker="worker-1")
    assert claimed is not None
    return claimed


def outcomes_of(task):
    rows = []
    for artifact in task.artifacts.order_by("pk"):
        with artifact.file.open("r") as file:
            rows += list(csv.DictReader(file))
    return rows


def test_a_filter_is_a_task_with_a_file_of_outcomes(accepted, bob):
    runner.attempt(accepted)

    task = Task.objects.get(pk=accepted.pk)
    assert (task.status, task.result) == ("completed", {"done": 7})
    assert (task.progress_current, task.progress_total) == (7, 7)
    assert [row["outcome"] for row in outcomes_of(task)] == ["done"] * 7
    assert Task.objects.filter(owner=bob, status="pending").count() == 1
    cancelled = Task.objects.filter(status="cancelled").first()
    assert cancelled is not None
    assert cancelled.events.filter(request_id=str(task.pk)).exists()


def act_on_all(api, **wanted):
    """Return what became of a task that cancels what matches, and the ids of these."""
    answer = post(api, action="cancel", filter=wanted)
    assert answer.status_code == 202, answer.json()
    claimed = lifecycle.claim(answer.json()["id"], worker="worker-1")
    assert claimed is not None
    runner.attempt(claimed)
    task = Task.objects.get(pk=claimed.pk)
    assert task.status == "completed"
    return {row["id"]: row["outcome"] for row in outcomes_of(task)}


def test_the_owner_of_a_filter_may_be_me(api_of_staff, staff, make_task):
    mine = make_task(owner=staff)
    make_task()

    assert act_on_all(api_of_staff, owner="me") == {str(mine.pk): "done"}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"priority": 0}, 1),
        ({"priority": 9}, 0),
        ({"queue": "default"}, 2),
        ({"queue": "other"}, 0),
        ({"source": "api"}, 2),
        ({"source": "schedule"}, 0),
        ({"batch": "01a20000-0000-7000-8000-000000000000"}, 0),
        ({"created_after": "2026-01-01T00:00:00Z", "priority": 5}, 1),
        ({"created_before": "2026-01-01T00:00:00Z"}, 0),
        ({"finished_after": "2026-01-01T00:00:00+02:00"}, 1),
        ({"finished_before": "2026-01-01T00:00:00Z"}, 0),
    ],
)
def test_a_filter_takes_what_the_list_takes(api, make_task, wanted, count):
    make_task(priority=0)
    lifecycle.cancel(make_task(), origin=ORIGIN)

    assert len(act_on_all(api, **wanted)) == count


def test_a_filter_has_the_words_of_the_list():
    assert {*maintenance.FILTER, "claimable"} == set(TaskFilter.base_filters)


def test_a_pause_keeps_what_was_done_and_goes_on_after_it(accepted, monkeypatch):
    monkeypatch.setattr(maintenance, "CHUNK", 3)
    monkeypatch.setitem(steering.VERBS, "cancel", pausing(accepted))

    runner.attempt(accepted)
    paused = Task.objects.get(pk=accepted.pk)
    assert paused.status == "paused"
    lifecycle.resume(paused, origin=ORIGIN)
    again = lifecycle.claim(str(paused.pk), worker="worker-2")
    assert again is not None
    runner.attempt(again)

    task = Task.objects.get(pk=accepted.pk)
    assert (task.status, task.result) == ("completed", {"done": 7})
    assert len({row["id"] for row in outcomes_of(task)}) == 7


def test_rights_that_end_on_the_way_end_for_what_follows(
    api_of_staff, staff, make_task, monkeypatch
):
    monkeypatch.setattr(maintenance, "CHUNK", 2)
    for _ in range(3):
        make_task()
    permissions = staff.groups.get().permissions
    cancel = permissions.get(codename="cancel_task")

    def last(row, *, origin):
        permissions.remove(cancel)
        return lifecycle.cancel(row, origin=origin)

    monkeypatch.setitem(steering.VERBS, "cancel", last)

    outcomes = act_on_all(api_of_staff, status=["pending"])

    assert sorted(outcomes.values()) == ["done", "done", "permission_denied"]


@pytest.mark.parametrize(("before", "verb"), [("cancel", "retry"), ("pause", "resume")])
def test_nobody_lets_the_bulk_of_another_run_again(
    client_of, superuser, api_of_staff, before, verb
):
    body = {"action": "delete", "filter": {"status": ["failed"]}}
    pk = client_of(superuser).post(URL, body).json()["id"]
    getattr(lifecycle, before)(Task.objects.get(pk=pk), origin=ORIGIN)

    refused = api_of_staff.post(f"/api/v1/tasks/{pk}/{verb}/", {})
    own = client_of(superuser).post(f"/api/v1/tasks/{pk}/{verb}/", {})

    assert (refused.status_code, own.status_code) == (403, 200)


@pytest.mark.parametrize("ending", ["deactivated", "deleted"])
def test_it_stops_when_its_owner_is_gone(accepted, alice, monkeypatch, ending):
    monkeypatch.setattr(maintenance, "CHUNK", 2)

    def last(row, *, origin):
        User.objects.filter(pk=alice.pk).update(is_active=False)
        if ending == "deleted":
            User.objects.filter(pk=alice.pk).delete()
        return lifecycle.cancel(row, origin=origin)

    monkeypatch.setitem(steering.VERBS, "cancel", last)

    runner.attempt(accepted)

    task = Task.objects.get(pk=accepted.pk)
    assert (task.status, "owner who may sign in" in task.error_message) == (
        "failed",
        True,
    )
    assert Task.objects.filter(status="cancelled").count() == 2


def pausing(task):
    """Return a `cancel` that asks with its second task to pause the one it is for."""
    seen = []

    def cancel(row, *, origin):
        seen.append(row)
        if len(seen) == 2:
            lifecycle.pause(task, origin=ORIGIN)
        return lifecycle.cancel(row, origin=origin)

    return cancel


@pytest.mark.parametrize(
    ("typed", "filled"),
    [('{"status": ["failed"]}', {"status": ["failed"]}), ("failed", "failed")],
)
def test_a_filter_may_be_typed_into_a_form(typed, filled):
    params = registry.find(maintenance.NAME).params

    assert schema.coerce({"filter": typed}, params) == {"filter": filled}
