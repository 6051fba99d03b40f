"""POST /api/v1/tasks/{id}/retry/ with parameters: a new task like the old one."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tasks_app import lifecycle
from tasks_app.models import Task, Upload
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db
TEN = {"params": {"to": 10}}


def url(task):
    return f"/api/v1/tasks/{task.pk}/retry/"


@pytest.fixture
def failed(make_claimed):
    """A task of alice's that failed."""
    task = make_claimed("workshop.count", params={"to": 3}, title="till", priority=7)
    return lifecycle.fail(task, code="x", message="It broke.")


def test_a_new_task_begins_for_the_same_owner(api_of_staff, failed):
    response = api_of_staff.post(url(failed), TEN, format="json")

    assert response.status_code == 201
    made = response.json()
    assert response["Location"] == f"/api/v1/tasks/{made['id']}/"
    assert made["retry_of"] == str(failed.pk)
    assert (made["owner"], made["title"], made["priority"]) == ("alice", "till", 7)
    assert (made["status"], made["params"]["to"]) == ("pending", 10)
    events = api_of_staff.get(f"/api/v1/tasks/{made['id']}/events/").json()
    assert events[0]["actor"] == "staff"
    assert Task.objects.get(pk=failed.pk).version == failed.version


def test_without_parameters_the_task_itself_goes_back_to_work(api_of_staff, failed):
    response = api_of_staff.post(url(failed), {}, format="json")

    assert (response.status_code, response.json()["id"]) == (200, str(failed.pk))
    assert Task.objects.count() == 1


def test_wrong_parameters_are_told_by_name_and_start_nothing(api_of_staff, failed):
    body = {"params": {"to": "many", "colour": "red"}}

    response = api_of_staff.post(url(failed), body, format="json")

    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"params.to", "params.colour"}
    assert Task.objects.count() == 1


def test_a_repeated_request_answers_the_same_task(api_of_staff, failed):
    def ask(body):
        headers = {"Idempotency-Key": "once"}
        return api_of_staff.post(url(failed), body, format="json", headers=headers)

    first = ask(TEN)
    lifecycle.retry(failed, attempts=1, origin=ORIGIN)  # it moved on meanwhile
    second = ask(TEN)

    assert (second.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert ask({"params": {"to": 11}}).status_code == 422
    assert Task.objects.count() == 2


def test_the_key_of_staff_is_not_one_of_the_owner(api, api_of_staff, failed):
    headers = {"Idempotency-Key": "once"}
    body = {"operation": "workshop.echo"}
    api.post("/api/v1/tasks/", body, format="json", headers=headers)

    answer = api_of_staff.post(url(failed), TEN, format="json", headers=headers)

    assert answer.status_code == 201


def test_what_has_not_failed_is_not_retried(api_of_staff, make_task):
    response = api_of_staff.post(url(make_task("workshop.count")), TEN, format="json")

    assert response.status_code == 409
    assert response.json()["current_status"] == "pending"


def test_it_holds_for_the_version_that_was_seen_only(api_of_staff, failed):
    body = {**TEN, "expected_version": failed.version - 1}

    response = api_of_staff.post(url(failed), body, format="json")

    assert (response.status_code, response.json()["code"]) == (409, "version_mismatch")


@pytest.mark.parametrize("missing", ["view_task_payload", "retry_task"])
def test_who_may_not_retry_or_see_the_parameters_is_refused(
    client_of, staff, failed, missing
):
    group = staff.groups.get()
    group.permissions.remove(group.permissions.get(codename=missing))

    response = client_of(staff).post(url(failed), TEN, format="json")

    assert response.status_code == 403
    assert Task.objects.count() == 1


def test_its_owner_who_may_not_see_parameters_is_refused_and_a_stranger_sees_nothing(
    api, api_of_bob, failed
):
    assert api.post(url(failed), TEN, format="json").status_code == 403
    assert api_of_bob.post(url(failed), TEN, format="json").status_code == 404


def test_the_file_is_the_same_and_stays_while_one_of_them_needs_it(
    api_of_staff, alice, make_claimed, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    upload = Upload(original_name="a.txt", size=1, owner=alice)
    upload.file.save("a.txt", SimpleUploadedFile("a.txt", b"a"))
    upload.save()
    task = lifecycle.fail(make_claimed(upload=upload), code="x", message="It broke.")

    made = api_of_staff.post(url(task), {"params": {}}, format="json").json()
    lifecycle.delete(task)

    again = Task.objects.get(pk=made["id"])
    assert again.upload == upload
    assert again.original_filename == "a.txt"
    assert again.upload.path.read_text() == "a"
    assert again.retry_of is None
