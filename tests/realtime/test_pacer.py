"""When sockets may send, on a clock that the tests turn."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any, cast

import pytest

from tasks_app.realtime.delivery.pacer import FLUSH_SECONDS, SHORT_SECONDS, Pacer


class Socket:
    """What the pacer knows of a viewer."""

    def __init__(self) -> None:
        self.free_at = self.calm_at = 0.0
        self.urgent = False
        self.waits = False
        self.sent: list[float] = []

    def flush(self) -> bool:
        if not self.waits:
            return False
        self.waits = False
        self.sent.append(round(asyncio.get_running_loop().time(), 3))
        return True


class Clock(asyncio.SelectorEventLoop):
    """A loop whose time passes only while nobody has anything to do."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        loop = cast(Any, self)
        select = loop._selector.select

        def jump(timeout: float | None) -> Any:
            self.now += timeout or 0.0
            return select(0)

        loop._selector.select = jump

    def time(self) -> float:
        return self.now


def run(changes: list[float], *, soon: frozenset[float] = frozenset()) -> list[float]:
    """Return when frames went, for changes at these seconds."""

    async def scene() -> list[float]:
        pacer, socket = Pacer(), Socket()
        began = asyncio.get_running_loop().time()
        for at in changes:
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, began + at - now))
            socket.waits = True
            pacer.wants(cast(Any, socket), soon=at in soon)
        await asyncio.sleep(2)
        assert not socket.waits, "a change was never sent"
        return [round(moment - began, 3) for moment in socket.sent]

    loop = Clock()
    try:
        return loop.run_until_complete(scene())
    finally:
        loop.close()


@pytest.mark.parametrize("a_second", [1, 5, 9])
def test_while_little_happens_every_change_goes_at_once(a_second):
    changes = [round(n / a_second, 3) for n in range(10)]

    assert run(changes) == pytest.approx(changes, abs=0.002)


def test_while_much_happens_frames_are_four_a_second():
    sent = run([n / 200 for n in range(600)])  # three seconds, 200 a second

    gaps = [later - sooner for sooner, later in pairwise(sent[1:])]
    assert len(sent) <= 2 + 3 * 4
    assert min(gaps) >= FLUSH_SECONDS - 0.002


@pytest.mark.parametrize("lull", [0.01, 0.06, 0.11, 0.16, 0.26, 0.31, 0.51])
@pytest.mark.parametrize("burst", [0.06, 0.11, 0.3, 0.4, 1.0])
def test_lulls_in_a_flood_bring_no_more_frames(burst, lull):
    every = (n / 200 for n in range(2_000))  # ten seconds

    sent = run([at for at in every if at % (burst + lull) < burst])

    assert len(sent) <= 2 + 10 * 4


def test_a_flood_of_final_statuses_brings_no_more_frames():
    every = [n / 200 for n in range(2_000)]

    sent = run(every, soon=frozenset(every))

    assert len(sent) <= 2 + 10 * 4


def test_the_last_change_of_a_burst_is_sent():
    sent = run([0, 0.01, 0.02])

    assert sent == pytest.approx([0, SHORT_SECONDS], abs=0.002)


def test_a_final_status_goes_sooner():
    sent = run([0, 0.05, 0.12, 0.13], soon=frozenset({0.13}))

    assert sent == pytest.approx([0, 0.1, 0.18], abs=0.003)


def test_quiet_makes_the_next_change_go_at_once_again():
    busy = [n / 100 for n in range(100)]

    sent = run([*busy, 3.0])

    assert sent[-1] == pytest.approx(3.0, abs=0.002)
