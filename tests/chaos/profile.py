"""How hard and how long: CHAOS=short in every build, CHAOS=full under `make chaos`."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import Final

# The same seed makes the same choices; what the machine does between them differs.
SEED: Final = int(os.environ.get("CHAOS_SEED") or random.randrange(1_000_000))


@dataclass(frozen=True)
class Profile:
    """The sizes of every test of this folder."""

    clients: int  # watchers who drop and come back
    rounds: int  # of changes; after each every watcher is compared
    changes: int  # in a round
    life_seconds: tuple[float, float]  # between two drops of a watcher
    fault_seconds: float  # between two faults of Redis
    storm: int  # watchers who come at once
    burst: int  # changes while others subscribe
    idle_seconds: float
    unread: int  # tasks that end before who does not read
    reports: int  # over a line that is cut
    beat_seconds: int  # for which beats are killed and come back
    limit_seconds: int  # for one test, by far


SHORT: Final = Profile(
    clients=60,
    rounds=2,
    changes=400,
    life_seconds=(0.1, 2.0),
    fault_seconds=0.7,
    storm=100,
    burst=300,
    idle_seconds=17,
    unread=90,
    reports=120,
    beat_seconds=12,
    limit_seconds=300,
)
FULL: Final = Profile(
    clients=200,
    rounds=20,
    changes=1_000,
    life_seconds=(0.1, 20.0),
    fault_seconds=3,
    storm=1_000,
    burst=5_000,
    idle_seconds=600,
    unread=10_000,
    reports=10_000,
    beat_seconds=600,
    limit_seconds=3_600,
)
PROFILE: Final = FULL if os.environ.get("CHAOS") == "full" else SHORT
