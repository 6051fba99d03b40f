"""How many tasks a second are accepted: one by one, in lists, and by bare Celery."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from benchmarks.stage import postgres_stage, serving, show

SECONDS = float(os.environ.get("SECONDS", "10"))
CLIENTS = int(os.environ.get("CLIENTS", "8"))
LIST: Final = 1_000
ONE: Final = {"operation": "workshop.echo", "params": {"text": "hello"}}


def rate(ask: Callable[[], int], *, clients: int) -> dict[str, Any]:
    """Return how many tasks a second `ask` gets accepted, by so many at once."""
    ends = time.monotonic() + SECONDS

    def repeat(_: int) -> int:
        count = 0
        while time.monotonic() < ends:
            count += ask()
        return count

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        count = sum(pool.map(repeat, range(clients)))
    return {"tasks": count, "a second": round(count / (time.monotonic() - began))}


def posting(port: int, token: str, path: str, body: Any, count: int) -> Any:
    """Return a function that posts `body` on a connection of its thread's own."""
    text = json.dumps(body)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", path, text, headers)
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        assert response.status == 201, answer
        return count

    return ask


def main() -> None:
    """Measure, print a table, write JSON."""
    with postgres_stage() as env:
        from benchmarks import product  # after the environment is set

        product.prepare()
        token = product.token()
        many = {"tasks": [ONE] * LIST}
        with serving("config.asgi:application", env) as (port, _):
            tasks = "/api/v1/tasks/"
            one = posting(port, token, tasks, ONE, 1)
            lists = posting(port, token, f"{tasks}batch/", many, LIST)
            rows = [
                {"way": "POST tasks/", **rate(one, clients=CLIENTS)},
                {"way": "POST tasks/batch/", **rate(lists, clients=2)},
            ]
        rows.append({"way": "Celery, delay()", **rate(product.delay, clients=1)})
    show("submitting", "Tasks accepted, PostgreSQL", rows)


if __name__ == "__main__":
    main()
