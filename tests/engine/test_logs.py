"""What the processes of production print: one JSON object a line, about one request."""

from __future__ import annotations

import json

import httpx
import pytest

from tasks_app.credentials import issue_tokens
from tasks_app.models import Task
from tests.processes import (
    PATIENCE,
    Processes,
    shipped,
    wait_for_status,
    wait_until,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

# Celery warns whoever runs as root, and does so before there is a log.
JSON = {"LOG_FORMAT": "json", "PYTHONWARNINGS": "ignore"}


def lines(process):
    """Return what the process has logged; fails at a line that is no JSON."""
    whole, _, _ = process.logged.rpartition("\n")  # the last may be half written
    return [json.loads(line) for line in whole.splitlines()]


def requests(process):
    """Return the lines about requests; each is written after the answer was sent."""
    return [line for line in lines(process) if "method" in line]


def test_a_failure_can_be_followed_from_the_request_to_the_worker(processes, alice):
    site = processes.web(**JSON)
    web = processes.running[-1]
    worker, beat = (
        processes._start(name, ["-m", *shipped(name, port=0)], JSON)
        for name in ("worker", "beat")
    )
    keeper = processes.keeper(**JSON)
    headers = {
        "Authorization": f"Bearer {issue_tokens(alice).access}",
        "X-Request-ID": "order-17",
    }

    with httpx.Client(base_url=site, headers=headers, timeout=PATIENCE) as client:
        asked = {"operation": "workshop.explode", "params": {"message": "a\nb"}}
        task = client.post("/api/v1/tasks/", json=asked).json()["id"]
        client.get(f"/api/v1/tasks/{task}/?wait=1&version=99")
        client.get("/healthz")
    wait_for_status(Task.objects.get(pk=task), "failed")
    wait_until(lambda: "beat: Starting" in beat.logged)
    wait_until(lambda: len(requests(web)) >= 2, what="both requests to be logged")

    failed = next(line for line in lines(worker) if line.get("task") == task)
    assert (failed["request_id"], failed["task"]) == ("order-17", task)
    assert (failed["attempt"], failed["level"]) == (1, "ERROR")
    posted, read = requests(web)
    assert (posted["method"], posted["path"]) == ("POST", "/api/v1/tasks/")
    assert (posted["status"], posted["user"]) == (201, "alice")
    assert posted["request_id"] == "order-17"
    assert (read["path"], read["task"]) == (f"/api/v1/tasks/{task}/", task)
    assert read["duration_ms"] >= 900
    assert all("time" in line for line in lines(beat) + lines(keeper))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/stream/", 401),
        ("GET", "/api/v1/tasks/0199a0e0-0000-7000-8000-000000000000/?wait=x", 400),
        ("GET", "/api/v1/nothing/", 404),
        ("GET", "/static/no.css", 404),
        ("GET", "/static/css/nothing/../../x", 404),
        ("GET", "/api/v1/tasks/?search=%ff", 401),
        ("POST", "/healthz", 405),
    ],
)
def test_every_answer_has_its_id(site, method, path, status):
    named = {"X-Request-ID": "order-18"}
    answer = httpx.request(method, site + path, headers=named, timeout=PATIENCE)

    assert answer.status_code == status
    assert answer.headers.get_list("X-Request-ID") == ["order-18"]
    if not path.startswith("/static/"):
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture(scope="module")
def site(django_db_setup, tmp_path_factory):
    """A server whose uploads may have ten bytes at most."""
    with Processes(tmp_path_factory.mktemp("site")) as running:
        yield running.web(MAX_UPLOAD_BYTES="10")


@pytest.mark.parametrize(
    "path", ["/api/v1/tasks/", "/api/v1/auth/token/", "/admin/login/", "/nothing/"]
)
@pytest.mark.parametrize("announced", [True, False])
def test_more_than_any_request_may_hold_is_not_received(site, announced, path):
    body = b"x" * 1_000_000
    pieces = iter([body] * 4)

    content = body * 4 if announced else pieces
    answer = httpx.post(site + path, content=content, timeout=PATIENCE)

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert announced == (next(pieces, None) is not None)
