"""Errors outside the API's own views are problem documents, too."""

from __future__ import annotations

import pytest

from tasks_app.operations import health

KIND = "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/", "/task-status/seven"])
def test_an_address_that_does_not_exist_is_a_problem(client, path):
    answer = client.get(path, headers={"X-Request-ID": "request-7"})

    assert (answer.status_code, answer["Content-Type"]) == (404, KIND)
    assert answer.json()["code"] == "not_found"
    assert answer.json()["request_id"] == answer["X-Request-ID"] == "request-7"


def test_a_host_that_is_not_ours_is_a_problem(client):
    answer = client.get("/api/v1/tasks/", headers={"Host": "evil.example"})

    assert (answer.status_code, answer["Content-Type"]) == (400, KIND)


def test_a_bug_is_a_problem_that_tells_nothing(client, monkeypatch):
    def broken():
        raise RuntimeError("the secret is 12345")

    monkeypatch.setattr(health, "check", broken)
    client.raise_request_exception = False

    answer = client.get("/readyz")

    assert (answer.status_code, answer["Content-Type"]) == (500, KIND)
    assert "12345" not in answer.content.decode()
    assert answer.json()["request_id"]


@pytest.mark.django_db
def test_people_get_a_page(client):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
