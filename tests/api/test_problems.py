"""Whatever goes wrong, a program is answered a problem document, and people a page."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import OperationalError
from django.http.request import UnreadablePostError
from rest_framework.test import APIClient

from tasks_app.credentials import issue_tokens
from tasks_app.models import Task
from tasks_app.operations import health, registry

KIND = "application/problem+json"
TASKS = "/api/v1/tasks/"

pytestmark = pytest.mark.django_db


def told(answer, status, code):
    """Return the document, which must be whole and of this status and code."""
    assert (answer.status_code, answer["Content-Type"]) == (status, KIND)
    body = answer.json()
    assert {"type", "title", "detail"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == answer["X-Request-ID"] != ""
    return body


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing/", "/api/", "/api", "/task-status/seven"],
)
def test_an_address_that_does_not_exist(client, path):
    answer = client.get(path, headers={"X-Request-ID": "request-7"})

    assert told(answer, 404, "not_found")["request_id"] == "request-7"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_address_without_its_slash_does_not_lose_a_body(api, method):
    answer = getattr(api, method)("/api/v1/tasks", {"operation": "workshop.echo"})

    detail = told(answer, 404, "not_found")["detail"]
    assert detail == "Addresses end in a slash: /api/v1/tasks/"
    assert not Task.objects.exists()


def test_who_reads_is_sent_to_the_address_with_the_slash(api):
    answer = api.get("/api/v1/tasks?status=failed")

    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/tasks/?status=failed"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("put", TASKS, "GET, POST, HEAD, OPTIONS"),
        ("delete", "/task-status", "GET, HEAD, OPTIONS"),
        ("options", "/healthz", "GET, HEAD"),
        ("options", "/readyz", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_taken_is_told_which_are(api, method, path, allowed):
    answer = getattr(api, method)(path)

    told(answer, 405, "method_not_allowed")
    assert answer["Allow"] == allowed


def test_a_form_of_answer_that_does_not_exist(api):
    told(api.get(TASKS, headers={"Accept": "text/html"}), 406, "not_acceptable")


@pytest.mark.parametrize("signed_in_by", ["session", "token"])
def test_a_json_body_over_the_limit_is_not_read(api, alice, settings, signed_in_by):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    if signed_in_by == "token":
        api = APIClient(
            headers={"Authorization": f"Bearer {issue_tokens(alice).access}"}
        )

    answer = api.post(TASKS, {"operation": "workshop.echo", "title": "x" * 100_000})

    detail = told(answer, 413, "too_large")["detail"]
    assert detail == "At most 0.1 MB are taken besides files."


def test_a_form_over_the_limit(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    told(api.post(TASKS, {"title": "x" * 101}, format="multipart"), 413, "too_large")


def test_a_form_with_too_many_fields(api, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    form = {f"field{number}": "x" for number in range(5)}

    detail = told(api.post(TASKS, form, format="multipart"), 400, "parse_error")
    assert detail["detail"] == "The form has too many fields."


@pytest.mark.parametrize("path", [TASKS, f"{TASKS}bulk/", "/api/v1/auth/token/"])
@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"a":' * 5000, "\xff", "{", "", "NaN", f'{{"a":{"9" * 9999}}}'],
)
def test_a_body_that_is_no_json(api, path, body):
    answer = api.post(path, body.encode("latin-1"), content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == KIND


@pytest.mark.parametrize(
    ("kind", "path"),
    [("text/plain", TASKS), ("multipart/form-data; boundary=x", "/api/v1/auth/token/")],
)
def test_a_body_of_another_kind(api, kind, path):
    told(api.post(path, b"x", content_type=kind), 415, "unsupported_media_type")


def test_a_host_that_is_not_ours(client):
    answer = client.get(TASKS, headers={"Host": "evil.example"})

    told(answer, 400, "bad_request")


def test_without_the_csrf_token(api):
    api.credentials()

    answer = api.post(TASKS, {"operation": "workshop.echo"})

    assert "X-CSRFToken" in told(answer, 403, "csrf_failed")["detail"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (SuspiciousOperation("/etc/passwd"), 400, "parse_error"),
        (BadRequest("/etc/passwd"), 400, "parse_error"),
        (UnreadablePostError("/etc/passwd"), 400, "parse_error"),
        (OperationalError("/etc/passwd"), 503, "database_unavailable"),
        (RuntimeError("/etc/passwd"), 500, "server_error"),
    ],
)
def test_what_breaks_inside_tells_nothing_of_it(api, monkeypatch, error, status, code):
    def broken(**_):
        raise error

    monkeypatch.setattr(registry, "every", broken)
    api.raise_request_exception = False

    answer = api.get("/api/v1/operations/")

    assert "passwd" not in str(told(answer, status, code))
    assert (status == 503) == ("Retry-After" in answer)


def test_a_database_that_is_away_outside_of_the_views(client, monkeypatch):
    def broken():
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(health, "check", broken)
    client.raise_request_exception = False

    answer = client.get("/readyz")

    told(answer, 503, "database_unavailable")
    assert answer["Retry-After"] == "5"


class TestPeople:
    @pytest.mark.parametrize("path", ["/nothing/", "/admin/nothing/"])
    def test_get_a_page_where_there_is_nothing(self, client, path):
        answer = client.get(path, follow=True)

        assert answer["Content-Type"].startswith("text/html")
        assert answer["X-Request-ID"]

    def test_get_a_page_where_the_csrf_token_is_missing(self, client):
        client.handler.enforce_csrf_checks = True

        answer = client.post("/admin/login/", {"username": "x", "password": "x"})

        assert answer.status_code == 403
        assert answer["Content-Type"].startswith("text/html")
