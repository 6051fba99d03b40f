"""How many tasks have which status, for the watchers who asked.

Counting is a query, made at most once a second and only after a status has changed, for
each filter and sight once. Where it takes long it is made less often. A filter with a
text is not counted to the end: what is told then says so.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tasks_app.models.counts import Counts as Found
from tasks_app.models.counts import counts
from tasks_app.realtime.subscriptions import ByFilter
from tasks_app.realtime.threads import in_thread

if TYPE_CHECKING:
    from tasks_app.realtime.delivery.viewer import Viewer

LEAST_SECONDS: Final = 1.0  # between two counts
SHARE: Final = 10  # counting may take this part of the time
Key = tuple[int | str, ByFilter]  # whose tasks, and which
Place = tuple["Viewer", str]  # who asked, in which subscription


class Counts:
    """Knows who wants to know, and counts when something has moved."""

    def __init__(self) -> None:
        self._places: dict[Key, dict[Place, Found | None]] = {}
        self._stale: set[Key] = set()
        self._wake = asyncio.Event()

    def add(self, viewer: Viewer, ref: str, asked: ByFilter) -> None:
        """Tell `viewer` the counts of a filter, whatever status it has."""
        key = (viewer.sight, replace(asked, status=frozenset()))
        self._places.setdefault(key, {})[viewer, ref] = None
        self._spoil(key)

    def remove(self, viewer: Viewer, ref: str) -> None:
        """Tell them no more."""
        for key, places in list(self._places.items()):
            places.pop((viewer, ref), None)
            if not places:
                del self._places[key]

    def moved(self, owner_id: int | None) -> None:
        """Note that a task of this owner has a new status, or is gone."""
        for key in self._places:
            if key[0] in {"all", owner_id}:
                self._spoil(key)

    async def work(self) -> None:
        """Count what is stale, tell who asked, and rest for a while."""
        await self._wake.wait()
        self._wake.clear()
        began = time.monotonic()
        for key in list(self._stale):
            self._stale.discard(key)  # what moves from here on is counted again
            if (places := self._places.get(key)) is None:
                continue
            viewer = next(iter(places))[0]
            try:
                self._tell(key, await in_thread(count, viewer, key[1]))
            except Exception:
                self._spoil(key)
                raise
        await asyncio.sleep(max(LEAST_SECONDS, SHARE * (time.monotonic() - began)))

    def _spoil(self, key: Key) -> None:
        self._stale.add(key)
        self._wake.set()

    def _tell(self, key: Key, found: Found) -> None:
        for (viewer, ref), known in self._places.get(key, {}).items():
            if known != found:
                self._places[key][viewer, ref] = found
                at_least = {} if found.is_exact else {"exact": False}
                told = {"subscription": ref, "counts": found.by_status, **at_least}
                viewer.line.say("counts", **told)


def count(viewer: Viewer, asked: ByFilter) -> Found:
    """Return how many tasks the viewer sees in each status. Blocking."""
    return counts(
        viewer.rights.user,
        operation=sorted(asked.operation),
        owner=asked.owner,
        search=asked.search,
    )
