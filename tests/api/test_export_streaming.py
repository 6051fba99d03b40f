"""A large export: sent while it is read, at the pace of who takes it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any

import httpx
import psutil
import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.db import connection

from config.asgi import application
from tasks_app.api import export
from tasks_app.models import paging
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

EXPORT = "/api/v1/tasks/export/"
ROWS = 30_000
GROWTH = 6_000_000  # bytes by which a server may grow while half of it is sent


@pytest.fixture
def many(make_task):
    """Copy a task until there are very many; each through lifecycle would take long."""
    task = make_task()
    own = {"id", "searchable", "created_at"}
    fields = [f.column for f in task._meta.concrete_fields if f.column not in own]
    columns = ", ".join(fields)
    is_postgresql = connection.vendor == "postgresql"
    key = "gen_random_uuid()" if is_postgresql else "lower(hex(randomblob(16)))"
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n"  # noqa: S608
            f" WHERE i < {ROWS}) INSERT INTO tasks_app_task (id, created_at, {columns})"
            f" SELECT {key}, created_at, {columns} FROM tasks_app_task, n"
        )
        if is_postgresql:
            cursor.execute("ANALYZE tasks_app_task")


@asynccontextmanager
async def begun(site, cookie, **asked):
    """Ask, and yield the answer and what is to come of it."""
    async with (
        httpx.AsyncClient(base_url=site, timeout=60, headers=cookie) as client,
        client.stream("GET", EXPORT, params=asked) as answer,
    ):
        assert answer.status_code == 200
        parts = answer.aiter_raw()
        yield await anext(parts), parts


@pytest.mark.usefixtures("many")
async def test_it_begins_before_the_end_is_read_and_memory_stays_flat(
    processes, cookie, make_task
):
    site = processes.web()
    server = psutil.Process(processes.running[-1].pid)
    asked = {"format": "json", "ordering": "created_at"}
    async with begun(site, cookie, **asked) as (first, parts):
        last = await database_sync_to_async(make_task)(title="made meanwhile")
        whole, sizes = [first], []
        async for part in parts:
            whole.append(part)
            sizes.append(server.memory_info().rss)

    text = b"".join(whole)
    tasks = json.loads(text)
    assert first.startswith(b"[\n{")
    assert tasks[-1]["id"] == str(last.pk)  # it was read after others were sent
    assert len({task["id"] for task in tasks}) == len(tasks) == ROWS + 1
    half = len(sizes) // 2
    assert len(text) > 3 * GROWTH
    assert max(sizes[half:]) - max(sizes[:half]) < GROWTH


@pytest.mark.servers_only
@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
async def test_a_file_that_breaks_off_does_not_look_whole(processes, cookie, server):
    site = processes.web(server=server)

    def rename(before: str, after: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {before} RENAME TO {after}")

    async with begun(site, cookie, format="csv") as (_, parts):
        await database_sync_to_async(rename)("tasks_app_task", "away")
        try:
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                async for _ in parts:
                    pass
        finally:
            await database_sync_to_async(rename)("away", "tasks_app_task")
    assert "A request was not answered." in processes.running[-1].logged


async def test_who_leaves_stops_the_reading(make_task, cookie, monkeypatch):
    def make() -> None:
        for _ in range(300):
            make_task()

    await database_sync_to_async(make)()
    read: list[Any] = []

    def noted(*tasks: Any, **asked: Any) -> Any:
        read.append(asked)
        return paging.page_of(*tasks, **asked)

    monkeypatch.setattr(export, "PAGE", 1)
    monkeypatch.setattr(export, "page_of", noted)
    headers = [(b"host", b"localhost"), (b"cookie", cookie["Cookie"].encode())]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": EXPORT,
        "headers": headers,
    }
    scope |= {"query_string": b"", "client": ("127.0.0.1", 1), "scheme": "http"}
    scope |= {"http_version": "1.1", "asgi": {"version": "3.0"}}
    client = ApplicationCommunicator(application, scope)
    await client.send_input({"type": "http.request", "body": b"", "more_body": False})
    assert (await client.receive_output(10))["status"] == 200
    for _ in range(3):
        assert (await client.receive_output(10))["more_body"]

    await client.send_input({"type": "http.disconnect"})
    await client.wait(10)

    assert 2 <= len(read) < 300


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
async def test_a_small_one_is_whole(processes, make_task, cookie, server):
    await database_sync_to_async(make_task)()
    site = processes.web(server=server)
    async with httpx.AsyncClient(base_url=site, headers=cookie) as client:
        told = await client.get(EXPORT, params={"format": "json"})
        head = await client.head(EXPORT)

    assert len(told.json()) == 1
    assert head.headers["Content-Disposition"].startswith("attachment")
    assert head.content == b""
    await asyncio.to_thread(
        wait_until, lambda: "HEAD" in processes.running[-1].logged, what="its line"
    )
