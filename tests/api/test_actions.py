"""POST /api/v1/tasks/{id}/{retry,cancel,pause,resume}/ and DELETE."""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

URL = "/api/v1/tasks/"


def test_a_pending_task_is_cancelled_at_once(api, make_task):
    task = make_task()

    response = api.post(f"{URL}{task.pk}/cancel/", {"expected_version": 1})

    assert response.status_code == 200
    assert response.json()["status"] == "cancelled"
    assert response.json()["actions"] == ["retry", "delete", "keep"]


def test_a_running_task_is_asked_to_stop(api, make_claimed):
    response = api.post(f"{URL}{make_claimed().pk}/cancel/")

    assert response.json()["status"] == "processing"
    assert response.json()["cancel_requested"] is True
    assert response.json()["actions"] == []


def test_who_asks_twice_is_told_that_it_was_asked(api, make_claimed):
    task = make_claimed()
    api.post(f"{URL}{task.pk}/cancel/")

    response = api.post(f"{URL}{task.pk}/cancel/")

    assert response.status_code == 409
    assert response.json()["detail"] == (
        "The task was already asked to stop; it will at its next checkpoint."
    )


def test_paused_resumed_failed_and_retried(api, make_task):
    task = make_task()

    assert api.post(f"{URL}{task.pk}/pause/").json()["status"] == "paused"
    assert api.post(f"{URL}{task.pk}/resume/").json()["status"] == "pending"
    claimed = lifecycle.claim(str(task.pk), worker="worker-1")
    assert claimed is not None
    lifecycle.fail(claimed, code="broken", message="The printer is on fire.")
    body = api.post(f"{URL}{task.pk}/retry/").json()
    assert (body["status"], body["error_message"]) == ("pending", "")


def test_what_is_illegal_now_is_a_conflict_that_says_what_is_legal(api, make_task):
    task = lifecycle.cancel(make_task(), origin=ORIGIN)

    response = api.post(f"{URL}{task.pk}/pause/")

    assert response.status_code == 409
    problem = response.json()
    assert problem["code"] == "illegal_transition"
    assert problem["current_status"] == "cancelled"
    assert problem["actions"] == ["retry", "delete", "keep"]
    assert problem["detail"] == (
        "The task cannot be paused because it is cancelled."
        " Possible now: retry, delete, keep."
    )


def test_who_saw_an_older_version_is_told(api, make_claimed):
    task = make_claimed()  # version 2 by now

    response = api.post(f"{URL}{task.pk}/cancel/", {"expected_version": 1})

    assert response.status_code == 409
    assert response.json()["code"] == "version_mismatch"
    assert Task.objects.get(pk=task.pk).cancel_requested_at is None


def test_a_field_that_is_not_known_is_refused(api, make_task):
    response = api.post(f"{URL}{make_task().pk}/cancel/", {"status": "completed"})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["status"]


@pytest.mark.parametrize("verb", ["retry", "cancel", "pause", "resume"])
def test_the_tasks_of_others_do_not_exist(api_of_bob, make_task, verb):
    assert api_of_bob.post(f"{URL}{make_task().pk}/{verb}/").status_code == 404


def test_staff_who_may_look_but_not_steer_are_refused(
    client_of, staff, make_task, django_user_model
):
    staff.groups.get().permissions.remove(
        staff.groups.get().permissions.get(codename="cancel_task")
    )

    response = client_of(staff).post(f"{URL}{make_task().pk}/cancel/")

    assert response.status_code == 403
    assert response.json()["detail"] == "You may not cancel this task."
    assert Task.objects.get().status == "pending"


def test_without_the_csrf_token_nothing_is_done(api, make_task):
    api.credentials()

    response = api.post(f"{URL}{make_task().pk}/cancel/")

    assert response.status_code == 403
    assert Task.objects.get().status == "pending"


def test_a_finished_task_is_deleted(api, make_task):
    task = lifecycle.cancel(make_task(), origin=ORIGIN)

    assert api.delete(f"{URL}{task.pk}/").status_code == 204
    assert api.get(f"{URL}{task.pk}/").status_code == 404


def test_a_task_that_has_changed_since_is_not_deleted(api, make_task):
    task = lifecycle.cancel(make_task(), origin=ORIGIN)
    url = f"{URL}{task.pk}/"

    assert api.delete(url, {"expected_version": 1}).json()["code"] == "version_mismatch"
    assert Task.objects.filter(pk=task.pk).exists()
    assert api.delete(url, {"expected_version": task.version}).status_code == 204


def test_an_unfinished_task_is_not_deleted(api, make_task):
    task = make_task()

    response = api.delete(f"{URL}{task.pk}/")

    assert response.status_code == 409
    assert Task.objects.filter(pk=task.pk).exists()
