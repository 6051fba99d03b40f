"""A server comes back and everybody is there at once.

F33 of the fault list: all have their news within 30 seconds, and the database is asked
by a few threads, not by everybody.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time

import pytest
from channels.db import database_sync_to_async
from django.db import connection

from .crowd import Crowd
from .profile import PROFILE, SEED
from .writing import write

SYNCED_SECONDS = 30
# asyncio's own pool, the one thread of Channels' sign-in, and one that is just closing.
THREADS = min(32, (os.cpu_count() or 1) + 4) + 2
STATEMENTS = 25  # for one who comes back: session, user, rights, replay


@pytest.fixture(autouse=True)
def enough_files():
    """As many sockets as the machine allows, for us and for the server."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def sessions():
    """Return how many sessions the server has at the database."""
    return ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'web'")


def statements():
    """Return how many transactions the database has ended; ours are few."""
    return ask(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database"
        " WHERE datname = current_database()"
    )


async def most_sessions():
    """Look again and again until cancelled; return the most that there were."""
    most = 0
    try:
        while True:
            most = max(most, await database_sync_to_async(sessions)())
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return most


@pytest.mark.servers_only
async def test_everybody_comes_back_at_once_and_is_served(
    processes, own_redis, audience, account
):
    env = {"REDIS_URL": own_redis.url, "PGAPPNAME": "web"}
    site = processes.web(**env)
    crowd = Crowd(audience(PROFILE.storm, [site]), seed=SEED, life=None)
    async with crowd.watching():
        await crowd.arrive()
        await asyncio.to_thread(processes.running[-1].kill)
        await write(processes, own_redis, changes=PROFILE.burst, seed=SEED)
        before = await database_sync_to_async(statements)()

        looking = asyncio.create_task(most_sessions())
        await asyncio.to_thread(processes.web, port=int(site.rpartition(":")[2]), **env)
        began = time.monotonic()
        await crowd.agree(seconds=SYNCED_SECONDS)
        took = time.monotonic() - began

        looking.cancel()
        most = await looking
        await asyncio.sleep(1)  # the database counts with a delay
        asked = await database_sync_to_async(statements)() - before
    assert 1 <= most <= THREADS
    assert asked <= STATEMENTS * PROFILE.storm
    account(
        f"{PROFILE.storm} came back at once: all served in {took:.1f} s,"
        f" {most} database sessions, {asked / PROFILE.storm:.1f} statements each"
    )
