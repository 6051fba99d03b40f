"""Pages as the API and the admin ask for them, with the time the database takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from benchmarks.stage import quantiles  # noqa: E402
from tasks_app import lifecycle  # noqa: E402

Ask = Callable[[], str | None]  # asks, and returns the address of the next page
LIST: Final = "/api/v1/tasks/"
ADMIN: Final = "/admin/tasks_app/task/"
ADMIN_PAGES: Final = (
    "newest first",
    "by status",
    "failed",
    "one operation",
    "one owner",
    "of one day",
    "search, rare",
)


class Clock:
    """Adds up how long the database takes, and counts what it is asked."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - began
            self.queries += 1


def fill(sql: str, *, rows: int, owners: int) -> None:
    """Make the tables anew, with so many tasks of so many owners."""
    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    names = [User(username=f"user-{number}") for number in range(owners)]
    User.objects.bulk_create(names)
    User.objects.create_superuser("bench", password="bench")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(sql, {"rows": rows, "owners": owners})
        lifecycle.fold_counts()  # as the keeper does all the time
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SET statement_timeout = '15s'")


def every(queries: dict[str, str], deep: int) -> Iterator[tuple[str, Ask]]:
    """Yield each page by name, and how to ask for it."""
    client = APIClient(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="bench"))
    today = timezone.now() - timedelta(days=1)
    days = {"today": _iso(today), "yesterday": _iso(today - timedelta(days=1))}

    def asking(address: str) -> Ask:
        def ask() -> str | None:
            response = client.get(address)
            assert response.status_code == 200, response.json()
            following: str | None = response.json().get("next")
            return following

        return ask

    for name, query in queries.items():
        yield name, asking(f"{LIST}?{query.format(**days)}")
    for name in ADMIN_PAGES:
        yield f"admin, {name}", _seeing(f"{ADMIN}?{queries[name].format(**days)}")
    place: str | None = f"{LIST}?page_size=500"
    for _ in range(deep):
        place = asking(place or LIST)() or place
    yield f"page {deep * 10:,}", asking((place or "").replace("page_size=500", ""))
    yield "summary", asking(f"{LIST}summary/")


def _seeing(address: str) -> Ask:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="bench"))

    def ask() -> None:
        response = client.get(address)
        assert response.status_code == 200, response.content

    return ask


def cost(ask: Ask, times: int) -> dict[str, Any]:
    """Return what it costs the database, asked so many times."""
    ask()
    took, queries = [], 0
    for _ in range(times):
        with clocked() as clock:
            ask()
        took.append(clock.seconds)
        queries = max(queries, clock.queries)
    return {**quantiles(took), "queries": queries}


@contextmanager
def clocked() -> Iterator[Clock]:
    """Measure what the database does meanwhile."""
    clock = Clock()
    with connection.execute_wrapper(clock):
        yield clock


def _iso(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
