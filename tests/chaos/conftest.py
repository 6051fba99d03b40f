"""People who watch, a Redis to hurt, and the account of what was done."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from channels.db import database_sync_to_async

from tests.realtime.conftest import cookie_of
from tests.servers import RedisServer

from .client import Watch
from .profile import PROFILE, SEED
from .writer import make

TASKS = 60  # fewer than a snapshot holds
_account: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test here the time of the profile."""
    for item in items:
        if item.path.parent.name == "chaos":
            item.add_marker(pytest.mark.timeout(PROFILE.limit_seconds))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was done, and with which seed."""
    for line in _account:
        terminalreporter.write_line(f"chaos {SEED}: {line}")


@pytest.fixture
def account() -> Callable[[str], None]:
    """Return a function that adds a line to the summary."""
    return _account.append


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that a test may hurt."""
    with RedisServer() as server:
        yield server


@pytest.fixture
async def audience(transactional_db: None, alice: Any, bob: Any, staff: Any) -> Any:
    """Return a function that gives `count` people something to watch at `places`."""
    chance = random.Random(SEED)
    ids = await database_sync_to_async(make_tasks)(alice, bob)
    cookies = [(user, await cookie_of(user)) for user in (alice, bob, staff)]

    def watches(count: int, places: list[str]) -> list[Watch]:
        made = []
        for number in range(count):
            user, cookie = cookies[number % 3]
            asked = wishes(chance, ids)[number // 3 % 8]
            made.append(Watch(user, cookie, asked, places))
        return made

    return watches


def make_tasks(*owners: Any) -> list[str]:
    """Create tasks, turn by turn for each owner, and return their ids."""
    return [str(make(owners[n % len(owners)], n).pk) for n in range(TASKS)]


def wishes(chance: random.Random, ids: list[str]) -> list[dict[str, Any]]:
    """Return one of every kind of subscription."""
    return [
        {"tasks": chance.sample(ids, 20)},
        {"filter": {}},
        {"filter": {"status": ["pending", "processing"]}},
        {"filter": {"status": ["completed", "failed", "cancelled"]}},
        {"filter": {"operation": ["workshop.slow"]}},
        {"filter": {"owner": "me"}},
        {"filter": {"owner": "alice", "status": ["processing"]}},
        {"filter": {"search": "sunny"}},
    ]
