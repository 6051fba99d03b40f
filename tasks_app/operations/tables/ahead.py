"""Work on batches in threads, while the one who asked reads the next batch.

The library that does the work lets go of Python's lock, so a second core is used.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

THREADS: Final = 3
Item = TypeVar("Item")
Made = TypeVar("Made")


def ahead(work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """Yield what `work` makes of each item, in their order; so many are in memory."""
    waiting: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def in_turn(work: Callable[[Item], None], items: Iterable[Item]) -> Iterator[Item]:
    """Yield each item while `work` looks at it, one after the other."""
    busy: Future[None] | None = None
    with ThreadPoolExecutor(1) as pool:
        for item in items:
            if busy is not None:
                busy.result()
            busy = pool.submit(work, item)
            yield item
        if busy is not None:
            busy.result()
