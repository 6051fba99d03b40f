"""From submitting a task over HTTP until a watcher sees it, on an idle site."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from typing import Any

import httpx

from benchmarks.sockets import opened
from benchmarks.stage import quantiles, serving, show, stage

TASKS = int(os.environ.get("SUBMITTED", "200"))
PAUSE = 0.15  # seconds, so that the site is idle again


async def delays(port: int) -> tuple[list[float], list[float]]:
    """Return seconds until the watcher saw each task, and until the answer came."""
    site = f"http://127.0.0.1:{port}"
    socket = await opened(f"ws://127.0.0.1:{port}/ws/v1/tasks/")
    name, _, session = os.environ["COOKIE"].partition("=")
    seen, answered = [], []
    async with httpx.AsyncClient(base_url=site, cookies={name: session}) as client:
        csrf = (await client.get("/admin/tasks_app/task/")).cookies["csrftoken"]
        client.headers["X-CSRFToken"] = csrf
        for number in range(TASKS):
            body = {"operation": "workshop.echo", "title": f"Bench {number}"}
            began = time.monotonic()
            post = asyncio.create_task(client.post("/api/v1/tasks/", json=body))
            while True:
                message = json.loads(await socket.recv())
                titles = [task["title"] for task in message.get("tasks", ())]
                if body["title"] in titles:
                    break
            seen.append(time.monotonic() - began)
            answer = await post
            answered.append(time.monotonic() - began)
            assert answer.status_code == 201, answer.text
            await asyncio.sleep(PAUSE)
    return seen, answered


def main() -> None:
    """Measure, print a table, write JSON."""
    with stage() as env:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        from benchmarks import product  # after the environment is set

        product.prepare()
        ours: dict[str, Any] = {**env, **product.client_environment()}
        os.environ.update(ours)
        with serving("config.asgi:application", ours) as (port, _):
            seen, answered = asyncio.run(delays(port))
    rows = [
        {"what": "seen by a watcher", "tasks": TASKS, **quantiles(seen)},
        {"what": "answered", "tasks": TASKS, **quantiles(answered)},
    ]
    show("first_update", "From submitting a task until …", rows)


if __name__ == "__main__":
    main()
