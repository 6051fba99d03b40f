"""Servers are replaced one by one while people watch: no update is lost.

F34 of the fault list. One is uvicorn, the other daphne; watchers of the one that is
stopped go to the other with their cursor.
"""

from __future__ import annotations

import asyncio

import pytest

from .crowd import Crowd
from .profile import FULL, PROFILE, SEED
from .writing import write

if PROFILE is not FULL:
    pytestmark = pytest.mark.embedded_only


async def test_servers_are_replaced_under_load_and_nothing_is_lost(
    processes, own_redis, audience, account
):
    kinds = ("uvicorn", "daphne")
    env = {"REDIS_URL": own_redis.url}
    sites = [processes.web(server=kind, **env) for kind in kinds]
    running = list(processes.running[-2:])
    crowd = Crowd(audience(PROFILE.clients, sites), seed=SEED, life=None)
    async with crowd.watching():
        await crowd.arrive()
        load = asyncio.create_task(
            write(processes, own_redis, changes=PROFILE.burst * 2, seed=SEED)
        )
        restarts = 0
        while not load.done() or restarts < len(kinds):
            turn = restarts % 2
            await asyncio.to_thread(running[turn].stop)
            port = int(sites[turn].rpartition(":")[2])
            await asyncio.to_thread(processes.web, server=kinds[turn], port=port, **env)
            running[turn] = processes.running[-1]
            restarts += 1
        made = await load
        await crowd.agree()
    assert crowd.toll["connections"] > len(crowd.clients)
    account(f"{restarts} restarts under {made} changes, {dict(crowd.toll)}")
