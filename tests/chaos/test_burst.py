"""Whoever subscribes in the middle of a burst has what the database has after it.

F31 of the fault list: no gap and no double between the snapshot and what comes live.
"""

from __future__ import annotations

import asyncio

import pytest

from .crowd import Crowd
from .profile import FULL, PROFILE, SEED
from .writing import write

if PROFILE is not FULL:  # where writers really commit at the same time
    pytestmark = pytest.mark.servers_only
SUBSCRIBERS = 24  # every kind of subscription, by each of the three people
SUBSCRIPTIONS = 3  # by each of them, at least


async def test_who_subscribes_during_a_burst_has_no_gap_and_no_double(
    processes, own_redis, audience, account
):
    site = processes.web(REDIS_URL=own_redis.url)
    crowd = Crowd(audience(SUBSCRIBERS, [site]), seed=SEED, life=None)
    async with crowd.watching():
        await crowd.arrive()
        burst = asyncio.create_task(
            write(processes, own_redis, changes=PROFILE.burst, seed=SEED)
        )
        rounds = 0
        while not burst.done() or rounds < SUBSCRIPTIONS:
            await asyncio.gather(*(client.again() for client in crowd.clients))
            rounds += 1
        made = await burst
        await crowd.agree()
    account(f"{made} changes in a burst, {crowd.toll['snapshot']} snapshots meanwhile")
