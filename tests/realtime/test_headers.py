"""What protects a browser is on every answer, whoever gave it: ASVS 5.0, 3.4."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.headers import guarded
from tasks_app import lifecycle

from .conftest import cookie_of, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

MODULE = "/static/js/lib/task-progress.js"
ANSWERS = {
    "/healthz": 200,
    "/readyz": None,
    "/metrics": 200,
    "/admin/login/": 302,
    "/admin/tasks_app/task/": 200,
    "/api/v1/tasks/": 200,
    "/api/v1/tasks/?page_size=x": 400,
    "/task-status": 200,
    "/api/v1/data-processing/tasks/active/": 200,
    f"/api/aido-order/status/{uuid4()}": 404,
    "/nothing/": 404,
    "/api/nothing/": 404,
    "/static/nothing.js": 404,
    MODULE: 200,
    # These are answered without Django.
    "/api/v1/stream/": 200,
    "/api/v1/stream/?x=1": 400,
    f"/api/v1/tasks/{uuid4()}/?wait=x": 400,
}


def assert_guarded(response):
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert not re.search(r"\d", headers.get("Server", ""))
    assert "X-Powered-By" not in headers
    several = [name for name in headers if len(headers.get_list(name)) > 1]
    assert set(several) <= {"vary", "set-cookie"}


@pytest.mark.parametrize("path", ANSWERS)
async def test_every_answer_is_guarded(server, staff, path):
    headers = {"Cookie": await cookie_of(staff)}
    async with (
        httpx.AsyncClient(base_url=server, headers=headers) as client,
        client.stream("GET", path) as response,
    ):
        assert response.status_code in {ANSWERS[path], ANSWERS[path] or 200, 503}
        assert_guarded(response)
        mine = "cross-origin" if path == MODULE else "same-origin"
        assert response.headers["Cross-Origin-Resource-Policy"] == mine
        others = "*" if path == MODULE else None
        assert response.headers.get("Access-Control-Allow-Origin") == others


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api/v1/tasks/", {}, 401),
        ("GET", "/api/v1/stream/", {}, 401),
        ("POST", "/api/v1/stream/", {}, 405),
        ("POST", "/admin/login/", {}, 403),  # without a CSRF token
        ("GET", "/", {"Host": "evil.example"}, 400),
        ("GET", "/api/v1/tasks/", {"Host": "evil.example"}, 400),
    ],
)
async def test_so_is_every_refusal(
    server, transactional_db, method, path, headers, status
):
    async with httpx.AsyncClient(base_url=server) as client:
        response = await client.request(method, path, headers=headers)

    assert response.status_code == status
    assert_guarded(response)


async def test_a_download_is_in_a_sandbox(server, alice, make_claimed, tmp_path: Path):
    (path := tmp_path / "page.html").write_text("<script>alert(1)</script>")
    task = await write(make_claimed)
    facts = {"path": path, "name": path.name, "content_type": "text/html"}
    await write(lifecycle.add_artifact, task, **facts)
    (artifact,) = await write(lambda: list(task.artifacts.all()))

    async with httpx.AsyncClient(base_url=server) as client:
        response = await client.get(
            f"/api/v1/tasks/{task.pk}/artifacts/{artifact.pk}/",
            headers={"Cookie": await cookie_of(alice)},
        )

    assert_guarded(response)
    assert response.headers["Content-Security-Policy"].startswith("sandbox;")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("scheme", "told", "behind_proxy", "sent"),
    [
        ("https", b"", False, True),
        ("http", b"https", True, True),
        ("http", b"https", False, False),
        ("http", b"http", True, False),
        ("http", b"", True, False),
    ],
)
async def test_only_what_came_by_https_insists_on_it(
    settings, scheme, told, behind_proxy, sent
):
    settings.SECURE_HSTS_SECONDS, settings.BEHIND_PROXY = 31_536_000, behind_proxy
    answered = []

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        answered.append(dict(message["headers"]))

    scope = {"scheme": scheme, "headers": [(b"x-forwarded-proto", told)]}
    await guarded(application)(scope, None, send)

    wanted = b"max-age=31536000; includeSubDomains" if sent else None
    assert answered[0].get(b"strict-transport-security") == wanted
