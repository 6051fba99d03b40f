"""Quantiles from sums are at most a tenth off, and a millisecond."""

from __future__ import annotations

import random
from collections import Counter
from math import ceil

import pytest

from tasks_app.models.histogram import MEDIAN, NEARLY_ALL, bucket_of, quantile
from tasks_app.models.tally import Tally

MONTH = 30 * 86_400


@pytest.mark.parametrize("share", [MEDIAN, NEARLY_ALL, 0.01, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_quantile_is_at_most_a_tenth_off(share, seed):
    chance = random.Random(seed)
    spread = chance.uniform(0.1, 4)
    several = [chance.lognormvariate(1, spread) for _ in range(chance.randint(1, 999))]
    exact = sorted(several)[ceil(share * len(several)) - 1]

    told = quantile(Counter(bucket_of(seconds) for seconds in several), share)

    assert told is not None
    assert abs(told - exact) <= max(0.1 * exact, 0.001)


def test_nothing_has_no_median():
    assert quantile(Counter(), MEDIAN) is None
    assert Tally().failure_rate is None


def test_there_are_few_buckets_even_for_a_month():
    assert bucket_of(-1) == bucket_of(0) == 0
    assert bucket_of(MONTH) < 130


def test_a_sum_is_the_tally_of_both():
    one = Tally(started=2, completed=1, failed=1, ran=Counter({3: 2}))
    one.add(Tally(started=1, failed=1, cancelled=1, ran=Counter({3: 1, 9: 1})))

    assert one == Tally(
        started=3, completed=1, failed=2, cancelled=1, ran=Counter({3: 3, 9: 1})
    )
    assert (one.finished, one.failure_rate) == (3, 2 / 3)
    assert Tally.of(one.columns()) == one
