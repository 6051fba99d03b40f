"""Watchers drop at random while tasks change and Redis fails: nobody misses a change.

F25 and F26 of the fault list, together.
"""

from __future__ import annotations

import asyncio
import random

import pytest
import redis

from .crowd import Crowd
from .profile import FULL, PROFILE, SEED
from .writing import write

if PROFILE is not FULL:  # where writers really commit at the same time
    pytestmark = pytest.mark.servers_only


async def hurt(server, chance, toll):
    """Let Redis forget, hang up or die, again and again."""
    while True:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * PROFILE.fault_seconds)
        fault = chance.choice(["flushall", "client kill", "restart"])
        toll[fault] += 1
        await asyncio.to_thread(hurt_once, server, fault)


def hurt_once(server, fault):
    if fault == "restart":
        server.kill()
        server.start()
        return
    with redis.Redis.from_url(server.url) as client:
        if fault == "flushall":
            client.flushall()
        else:
            client.client_kill_filter(_type="pubsub")


async def test_whoever_drops_ends_with_the_view_of_the_database(
    processes, own_redis, audience, account
):
    site = processes.web(REDIS_URL=own_redis.url)
    crowd = Crowd(audience(PROFILE.clients, [site]), seed=SEED, life=None)
    made = 0
    async with crowd.watching():
        await crowd.arrive()
        for number in range(PROFILE.rounds):
            crowd.drop(PROFILE.life_seconds)
            chance = random.Random(SEED + number)
            pain = asyncio.create_task(hurt(own_redis, chance, crowd.toll))
            made += await write(
                processes, own_redis, changes=PROFILE.changes, seed=SEED + number
            )
            pain.cancel()
            crowd.drop(None)
            await asyncio.gather(pain, return_exceptions=True)
            if not own_redis.is_ready():
                own_redis.start()
            await crowd.agree()
    toll = crowd.toll
    assert toll["drops"] > PROFILE.clients
    assert toll["replay"] > toll["not recovered"]
    account(
        f"{PROFILE.clients} watchers, {made} changes, differences = 0; {dict(toll)}"
    )
