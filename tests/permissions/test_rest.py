"""Who gets what from each call: one row for each, and no call without a row.

A number is the answer's status; `sees` is 200 with the task in it, `blind` without it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from rest_framework.test import APIClient

from tasks_app.models import Task, Upload

from .people import PEOPLE, table
from .routes import plain, routes

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]
TASK: Final = "/api/v1/tasks/{id}/"
CONTRACTS: Final = "/api/v1/data-processing/tasks/"
PROOF: Final = {"attempt": 1, "lease_token": "{token}"}

# The columns are those of PEOPLE:
#   anonymous stranger owner reporter operator viewer staff superuser
EVERYBODY = "401 200 200 200 200 200 200 200"
READ = "401 404 200 404 200 200 404 200"
ACT = "401 404 200 404 200 403 404 200"
REPORT = "401 404 403 200 403 403 404 200"
LISTED = "401 blind sees blind sees sees blind sees"

# call, status of the task before, body, who gets what
CALLS: Final[dict[str, tuple[str, Any, str]]] = {
    "GET /api/v1/tasks/": ("pending", None, LISTED),
    "GET /api/v1/tasks/?claimable=1": (
        "pending",
        None,
        "401 403 403 sees 403 403 403 sees",
    ),
    "POST /api/v1/tasks/": (
        "pending",
        {"operation": "workshop.echo"},
        "401 201 201 201 201 201 201 201",
    ),
    "POST /api/v1/tasks/batch/": (
        "pending",
        {"tasks": [{"operation": "workshop.echo"}]},
        "401 201 201 201 201 201 201 201",
    ),
    "GET /api/v1/tasks/summary/": ("pending", None, LISTED),
    "GET /api/v1/tasks/export/?format=csv": ("pending", None, LISTED),
    "GET /api/v1/tasks/export/?format=json": ("pending", None, LISTED),
    "POST /api/v1/tasks/bulk/": (
        "pending",
        {"action": "cancel", "ids": ["{id}"]},
        "401 not_found done not_found done permission_denied not_found done",
    ),
    f"GET {TASK}": ("failed", None, READ),
    f"PATCH {TASK}": ("processing", PROOF, REPORT),
    f"DELETE {TASK}": ("failed", None, "401 404 204 404 204 403 404 204"),
    f"GET {TASK}events/": ("failed", None, READ),
    f"GET {TASK}artifacts/{{artifact}}/": ("failed", None, READ),
    f"POST {TASK}artifacts/": (
        "processing",
        {**PROOF, "file": "content"},
        REPORT.replace("200", "201"),
    ),
    f"GET {TASK}upload/": ("pending", None, "401 404 200 200 200 403 404 200"),
    f"POST {TASK}cancel/": ("pending", {}, ACT),
    f"POST {TASK}pause/": ("pending", {}, ACT),
    f"POST {TASK}resume/": ("paused", {}, ACT),
    f"POST {TASK}answer/": ("asking", {"choice": "yes"}, ACT),
    f"POST {TASK}retry/": ("failed", {}, ACT),
    f"POST {TASK}keep/": ("failed", {}, ACT),
    f"POST {TASK}unkeep/": ("kept", {}, ACT),
    f"POST {TASK}claim/": ("pending", {}, REPORT),
    f"POST {TASK}renew/": ("processing", PROOF, REPORT),
    "GET /api/v1/events/": ("pending", None, LISTED),
    "GET /api/v1/statistics/": ("failed", None, "401 403 403 403 200 200 403 200"),
    "GET /api/v1/operations/": ("pending", None, EVERYBODY),
    "POST /api/v1/auth/ticket/": ("pending", {}, EVERYBODY),
    "GET /api/v1/schema/": ("pending", None, EVERYBODY),
    "GET /api/aido-order/status/{id}": (
        "pending",
        None,
        "401 404 200 200 200 200 404 200",
    ),
    "PUT /api/aido-order/status/{id}": (
        "failed",
        {"status": "pending"},
        "401 404 200 409 200 403 404 200",
    ),
    "PATCH /api/aido-order/status/{id}": (
        "pending",
        {"status": "processing"},
        "401 404 403 200 403 403 404 200",
    ),
    f"POST {CONTRACTS}export/": ("pending", {}, EVERYBODY),
    f"POST {CONTRACTS}aggregates/": ("pending", {}, EVERYBODY),
    f"POST {CONTRACTS}search/": ("pending", {"query": "bridge"}, EVERYBODY),
    f"POST {CONTRACTS}cancel/": ("pending", {"task_id": "{id}"}, ACT),
    f"GET {CONTRACTS}status/?task_id={{id}}": ("pending", None, READ),
    f"GET {CONTRACTS}active/": ("pending", None, LISTED),
    "GET /task-status": ("pending", None, LISTED),
    "GET /task-status/{id}": ("pending", None, READ),
}
# Who asks these has nothing to show but what is in the body, or need not.
OPEN: Final = {
    "POST /api/v1/auth/token/",
    "POST /api/v1/auth/refresh/",
    "POST /api/v1/auth/logout/",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",  # has a token of its own
    "GET /api/v1/docs/",  # a page: who is not signed in is sent to sign in
}


@pytest.fixture
def ask(people, task_that, alice):
    """Return a function that makes a call about a task and says what came of it."""

    def asked(call: str, who: str, *, task: Task | None = None) -> tuple[Any, Task]:
        status, body, _ = CALLS[call]
        task = task or task_that(status)
        if "upload" in call:
            upload = Upload.objects.create(original_name="a.txt", size=1, owner=alice)
            upload.file.save("a.txt", _file("a"))
            Task.objects.filter(pk=task.pk).update(upload=upload)
        method, _, path = call.partition(" ")
        client = APIClient()
        if people[who]:
            client.force_login(people[who])
        response = client.generic(
            method, _filled(path, task), *_sent(client, body, task)
        )
        return response, task

    return asked


@pytest.mark.parametrize("call", CALLS)
def test_each_gets_what_is_theirs(ask, call, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    expected = table(CALLS[call][2])

    got = {}
    for who in PEOPLE:
        response, task = ask(call, who)
        got[who] = _outcome(response, task, expected[who])

    assert got == expected


@pytest.mark.parametrize("call", [call for call in CALLS if "{id}" in call])
def test_what_may_not_be_seen_is_like_what_does_not_exist(ask, call, task_that):
    hidden = task_that(CALLS[call][0])
    missing = Task(pk=uuid.uuid4(), lease_token=hidden.lease_token)
    answers = []
    for task in (hidden, missing):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response, _ = ask(call, "stranger", task=task)
        kinds = [re.sub(r"'[^']*'|[0-9a-f]{32}", "?", q["sql"]) for q in queries]
        asked = [sql for sql in kinds if "tasks_app_task" in sql]
        told = response.content.decode().replace(str(task.pk), "ID")
        told = told.replace(response["X-Request-ID"], "REQUEST")
        answers.append((response.status_code, told, len(asked)))

    # The same words and the same work: neither body nor time tells them apart.
    assert answers[0] == answers[1]


def test_every_call_of_every_route_has_a_row_here():
    rows = {_bare(call) for call in CALLS} | OPEN

    assert set(_calls()) == rows


def _calls() -> Iterator[str]:
    for route, pattern in routes(get_resolver().url_patterns):
        if route.startswith("/admin/") or route == "/":
            continue
        for method in _methods(pattern.callback):
            yield f"{method} {plain(route)}"


def _methods(view: Any) -> list[str]:
    actions = getattr(view, "actions", None)
    if actions:
        return [method.upper() for method in actions if method != "head"]
    kind = getattr(view, "cls", None)
    if kind is None:
        return ["GET"]
    names = [name for name in kind.http_method_names if name != "options"]
    return [name.upper() for name in names if hasattr(kind, name)]


def _bare(call: str) -> str:
    return plain(call.partition("?")[0].replace("{artifact}", "{id}"))


def _filled(path: str, task: Task) -> str:
    artifact = task.artifacts.first() if task.version > 1 else None
    return path.format(id=task.pk, artifact=artifact.pk if artifact else 1)


def _sent(client: Any, body: Any, task: Task) -> tuple[Any, str]:
    if body is None:
        return b"", "application/json"
    filled = {name: _value(value, task) for name, value in body.items()}
    kind = "multipart" if "file" in filled else "json"
    if kind == "multipart":
        filled["file"] = _file(filled["file"])
    text, content_type = client._encode_data(filled, format=kind)
    return text, content_type


def _value(value: Any, task: Task) -> Any:
    if value == "{token}":
        return str(task.lease_token or uuid.uuid4())
    if value == ["{id}"]:
        return [str(task.pk)]
    return str(task.pk) if value == "{id}" else value


def _file(text: str) -> Any:
    return SimpleUploadedFile("content.txt", text.encode(), content_type="text/plain")


def _outcome(response: Any, task: Task, expected: str) -> str:
    code = str(response.status_code)
    if response.streaming:
        text = b"".join(response.streaming_content).decode()
        assert text
        if expected in {"sees", "blind"}:
            return "sees" if str(task.pk) in text else "blind"
        return code
    if code == "200" and expected in {"sees", "blind"}:
        text = response.content.decode()
        return "sees" if str(task.pk) in text or task.operation in text else "blind"
    if code == "200" and "outcomes" in response.data:
        return str(response.json()["outcomes"][0]["outcome"])
    return code
