"""Odd requests are answered; they stop nobody and leave no trace in the log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from itertools import count

import httpx
import pytest
import websockets

from tasks_app import lifecycle

from .conftest import connected, cookie_of, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]


@pytest.fixture
def site(processes):
    return processes.web(METRICS_TOKEN="m", RIGHTS_SECONDS="1")


async def exchange(site, head, *pieces, seconds=3.0):
    """Send raw pieces of a request, a moment apart; return the first line."""
    host, port = site.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{head}\r\nHost: {host}\r\n".encode() + pieces[0])
    for piece in pieces[1:]:
        await asyncio.sleep(0.3)
        writer.write(piece)
    try:
        async with asyncio.timeout(seconds):
            return (await reader.readline()).decode().strip()
    finally:
        writer.close()


async def test_a_body_in_pieces_does_not_stop_the_server(site, alice, make_task):
    task = await write(make_task)
    cookie = (await cookie_of(alice)).encode()
    first = b"Cookie: %s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" % cookie
    head = f"GET /api/v1/tasks/{task.pk}/?wait=1&version=0 HTTP/1.1"

    line = await exchange(site, head, first, b"5\r\nhello\r\n")

    assert line.startswith("HTTP/1.1 400")
    async with httpx.AsyncClient(timeout=3) as client:
        assert (await client.get(f"{site}/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [("await=1", 400), ("x=wait=1", 400), (f"wait=0&version={'9' * 5000}", 400)],
)
async def test_odd_numbers_and_names(site, processes, alice, make_task, query, status):
    task = await write(make_task)
    headers = {"Cookie": await cookie_of(alice)}
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        answer = await client.get(f"/api/v1/tasks/{task.pk}/?{query}")

    assert answer.status_code == status
    assert "Traceback" not in processes.running[-1].logged


async def test_who_hangs_up_at_once_waits_no_longer(site, alice, make_task):
    task = await write(make_task)
    host, port = site.removeprefix("http://").split(":")
    head = f"GET /api/v1/tasks/{task.pk}/?wait=60 HTTP/1.1\r\nHost: {host}\r\n"
    request = f"{head}Cookie: {await cookie_of(alice)}\r\n\r\n".encode()
    for number in range(60):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        await asyncio.sleep(0.002 * (number % 10))
        writer.close()

    async with asyncio.timeout(10), httpx.AsyncClient(base_url=site) as client:
        while True:
            text = (
                await client.get("/metrics", headers={"Authorization": "Bearer m"})
            ).text
            if 'sightline_sockets{kind="poll"} 0.0' in text:
                break
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("name", ["search", "operation", "owner"])
async def test_texts_that_no_database_takes_are_named(site, processes, alice, name):
    async with connected(site, alice) as socket:
        for text in ("\ud800", "\0", "x" * 60_000):
            await socket.send(action="subscribe", id="s1", filter={name: text})
            error = await socket.anything()
            assert (error["type"], error["ref"]) == ("error", "s1")
            assert name in error["detail"]
    assert "Traceback" not in processes.running[-1].logged


async def test_odd_origins_and_actions(site, processes, alice):
    async with connected(site, alice, greeted=False, origin="http://[") as socket:
        await socket.connection.wait_closed()
        assert socket.connection.close_code == 4403
    path = "/ws/tasks/status/"
    async with connected(site, alice, greeted=False, path=path) as socket:
        await socket.anything()
        await socket.connection.send(json.dumps({"action": ["subscribe"]}))
        assert (await socket.anything())["type"] == "error"
    assert "Traceback" not in processes.running[-1].logged


@pytest.mark.parametrize("path", ["/ws/nothing/", "/ws/v1/tasks"])
async def test_an_address_that_does_not_exist(site, processes, alice, path):
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with connected(site, alice, path=path):
            pass
    assert refused.value.response.status_code == 403
    assert "Traceback" not in processes.running[-1].logged


async def test_nothing_of_others_comes_after_the_rights_are_lost(
    site, staff, make_claimed
):
    tasks = [await write(make_claimed) for _ in range(5)]
    over = threading.Event()

    def churn():
        for number in count(1):
            for task in tasks:
                lifecycle.progress(task, current=number, total=None, message="secret")
            if over.wait(0.02):
                return

    async with connected(site, staff) as socket:
        await socket.subscribe(filter={})
        changing = asyncio.create_task(asyncio.to_thread(churn))
        try:
            await socket.receive("update")
            await write(staff.groups.clear)
            await socket.receive("replay")
            end = time.monotonic() + 1.5
            told = []
            with contextlib.suppress(TimeoutError):
                while time.monotonic() < end:
                    told.append((await socket.anything(seconds=1.5))["type"])
            assert "update" not in told
        finally:
            over.set()
            await changing
