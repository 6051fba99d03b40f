"""POST /api/v1/tasks/"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tasks_app.models import Task, Upload

URL = "/api/v1/tasks/"


def stored_files():
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    return set(folder.glob("*")) if folder.exists() else set()


def test_a_submission_answers_201_with_the_task_and_its_address(api):
    response = api.post(
        URL, {"operation": "workshop.echo", "params": {"text": "hello"}, "priority": 7}
    )

    assert response.status_code == 201
    body = response.json()
    assert response["Location"] == f"{URL}{body['id']}/"
    assert (body["status"], body["version"], body["priority"]) == ("pending", 1, 7)
    assert (body["owner"], body["source"], body["title"]) == ("alice", "api", "Echo")
    assert body["actions"] == ["cancel", "pause"]
    task = Task.objects.get(pk=body["id"])
    assert task.params == {"text": "hello"}
    event = task.events.get()
    assert (event.actor, event.source) == ("alice", "api")
    assert event.request_id == response["X-Request-ID"]


def test_the_caller_may_choose_the_request_id(api):
    answer = api.post(
        URL, {"operation": "workshop.echo"}, headers={"X-Request-ID": "a-1"}
    )

    assert answer["X-Request-ID"] == "a-1"
    assert Task.objects.get().events.get().request_id == "a-1"


def test_a_request_id_that_could_forge_a_log_line_is_replaced(api):
    answer = api.get(URL, headers={"X-Request-ID": "a b<script>"})

    assert "script" not in answer["X-Request-ID"]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"operation": "no.such"}, "operation", "There is no operation “no.such”."),
        ({}, "operation", "This field is required."),
        ({"params": {"tex": 1}}, "params.tex", "There is no such parameter."),
        ({"params": {"text": 1}}, "params.text", "Must be a text."),
        ({"params": [1]}, "params", "Parameters must be an object."),
        ({"priority": 10}, "priority", "less than or equal to 9"),
        ({"title": "x" * 201}, "title", "no more than 200 characters"),
        ({"status": "completed"}, "status", "There is no such field."),
        ({"owner": "bob"}, "owner", "There is no such field."),
        ({"not_before": "soon"}, "not_before", "Datetime has wrong format"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(api, wrong, field, sentence):
    asked = {"operation": "workshop.echo", **wrong} if wrong else {}

    response = api.post(URL, asked)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "invalid_input"
    assert sentence in problem["errors"][field][0]
    assert not Task.objects.exists()


def test_a_body_that_is_no_json_is_a_problem_document(api):
    response = api.post(URL, "{", content_type="application/json")

    assert response.status_code == 400
    assert response.json()["code"] == "parse_error"


def test_another_media_type_is_refused(api):
    response = api.post(URL, "<a/>", content_type="application/xml")

    assert response.status_code == 415
    assert response["Content-Type"] == "application/problem+json"


def test_the_same_idempotency_key_answers_the_same_task(api):
    ask = {"operation": "workshop.echo", "params": {"text": "once"}}
    key = {"Idempotency-Key": "order-17"}

    first, second = (api.post(URL, ask, headers=key) for _ in range(2))

    assert first.json()["id"] == second.json()["id"]
    assert Task.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(api):
    key = {"Idempotency-Key": "order-17"}
    api.post(URL, {"operation": "workshop.echo"}, headers=key)

    other = api.post(URL, {"operation": "workshop.slow"}, headers=key)

    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_conflict"


def test_the_keys_of_two_people_do_not_meet(api, api_of_bob):
    key = {"Idempotency-Key": "order-17"}

    for client in (api, api_of_bob):
        assert (
            client.post(URL, {"operation": "workshop.echo"}, headers=key).status_code
            == 201
        )

    assert Task.objects.count() == 2


class TestFiles:
    def post(
        self, api, name="bank.csv", content=b"date,amount\n2026-01-02,3\n", **more
    ):
        # Written by hand: every client library would clean the name.
        fields = {"operation": "files.process", **more}
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
            for k, v in fields.items()
        ]
        quoted = name.replace("\\", "\\\\")
        head = (
            f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"'
        )
        body = "".join(parts) + head + "\r\nContent-Type: text/csv\r\n\r\n"
        whole = body.encode() + content + b"\r\n--cut--\r\n"
        return api.post(URL, whole, content_type="multipart/form-data; boundary=cut")

    def test_a_file_becomes_the_upload_of_the_task(self, api):
        response = self.post(api)

        assert response.status_code == 201, response.content
        assert response.json()["original_filename"] == "bank.csv"
        upload = Upload.objects.get()
        assert upload.path.read_bytes() == b"date,amount\n2026-01-02,3\n"
        assert upload.size == 25

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("../../etc/passwd.csv", b"a,b\n1,2\n", "contains a folder"),
            ("a\\b.csv", b"a,b\n1,2\n", "contains a folder"),
            ("a\x01b.csv", b"a,b\n1,2\n", "invisible characters"),
            ("gnp\u202evsc.csv", b"a,b\n1,2\n", "invisible characters"),
            ("bank.csv", b"", "is empty"),
            ("bank.exe", b"MZ", "is not a kind of file"),
        ],
    )
    def test_a_bad_file_is_refused_and_leaves_nothing(
        self, api, name, content, sentence
    ):
        before = stored_files()

        response = self.post(api, name=name, content=content)

        assert response.status_code == 400
        assert sentence in response.json()["errors"]["file"][0]
        assert not Task.objects.exists()
        assert not Upload.objects.exists()
        assert stored_files() == before

    def test_too_many_files_are_refused_with_the_limit(self, api, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FILES = 0

        response = self.post(api)

        assert response.status_code == 400
        [said] = response.json()["errors"]["file"]
        assert said == "At most 0 files are taken at once. Send fewer."

    def test_a_file_over_the_limit_is_refused(self, api, settings):
        settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 10}

        response = self.post(api)

        assert response.status_code == 400
        assert "too large" in response.json()["errors"]["file"][0]

    def test_a_body_far_over_the_limit_is_not_even_read(self, api, settings):
        settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 10}

        response = self.post(api, content=b"x" * 2_600_000)

        assert response.status_code == 413
        assert response.json()["code"] == "too_large"

    def test_an_operation_that_needs_a_file_says_so(self, api):
        response = api.post(URL, {"operation": "files.process"})

        assert "needs a file" in response.json()["errors"]["file"][0]

    def test_an_operation_without_files_says_so(self, api):
        response = self.post(api, operation="workshop.echo")

        assert response.json()["errors"]["file"] == ["“Echo” takes no file."]

    def test_wrong_parameters_leave_no_file_behind(self, api):
        before = stored_files()

        response = self.post(api, params='{"nonsense": 1}')

        assert response.status_code == 400
        assert list(response.json()["errors"]) == ["params.nonsense"]
        assert stored_files() == before
