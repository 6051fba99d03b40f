"""How long things took, in a few numbers that add up.

A duration is counted in one of about 120 buckets, each 1.2 times as wide as the one
before. Sums of such counts tell every quantile of any span of time: the middle of its
bucket, by which it is at most 10 % off (the root of 1.2), or a millisecond.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, log
from typing import Final

RATIO: Final = 1.2
SHORTEST: Final = 0.001  # seconds; all that is shorter is in the first bucket
MEDIAN: Final = 0.5
NEARLY_ALL: Final = 0.95


def bucket_of(seconds: float) -> int:
    """Return the number of the bucket that a duration falls into."""
    if seconds <= SHORTEST:
        return 0
    return ceil(log(seconds / SHORTEST) / log(RATIO))


def middle_of(bucket: int) -> float:
    """Return the duration in seconds that stands for all of the bucket."""
    return float(SHORTEST * RATIO ** (bucket - 0.5)) if bucket else SHORTEST


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Return the duration in seconds that `share` of all do not exceed; None of none.

    By nearest rank: of five durations the median is the third.
    """
    total = sum(counts.values())
    rank = max(1, ceil(share * total))
    reached = 0
    for bucket in sorted(counts):
        reached += counts[bucket]
        if reached >= rank:
            return middle_of(bucket)
    return None
