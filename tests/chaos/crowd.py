"""Many watchers at once, and whether each knows exactly what the database says."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from channels.db import database_sync_to_async

from tasks_app.models import Task
from tasks_app.models.wire import whole_wire
from tests.processes import PATIENCE

from .client import Client, Watch

NOT_ALWAYS_TOLD = {"artifacts"}


class Crowd:
    """The clients of a test, their common counts, and the comparison."""

    def __init__(
        self, watches: Iterable[Watch], *, seed: int, life: tuple[float, float] | None
    ) -> None:
        chance = random.Random(seed)
        self.toll: Counter[str] = Counter()
        self.clients = [
            Client(
                watch,
                random.Random(chance.random()),
                self.toll,
                life,
                forgetful=number % 5 == 4,
                acks=number % 3 != 2,
            )
            for number, watch in enumerate(watches)
        ]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Crowd]:
        """Let them all watch while the block runs."""
        running = [asyncio.create_task(client.run()) for client in self.clients]
        try:
            yield self
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def drop(self, life: tuple[float, float] | None) -> None:
        """Let everybody drop after such times from now on, or stay."""
        for client in self.clients:
            client.drop(life)

    async def arrive(self, *, seconds: float = PATIENCE) -> None:
        """Wait until every subscription is answered."""
        async with asyncio.timeout(seconds):
            while not all(client.is_up_to_date for client in self.clients):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def agree(self, *, seconds: float = PATIENCE) -> None:
        """Wait until every store is the database's view; fails with the differences."""
        views = await database_sync_to_async(self._views)()
        end = asyncio.get_running_loop().time() + seconds
        while wrong := self._differences(views):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"{len(wrong)} differences, as {wrong[:5]}")
            await asyncio.sleep(0.1)
        complaints = [what for c in self.clients for what in c.store.complaints]
        assert not complaints, complaints[:5]

    def _views(self) -> dict[int, dict[str, Any]]:
        rows = Task.objects.for_list().prefetch_related("artifacts").all()
        return {
            id(client): {
                str(row.pk): dict(whole_wire(row, client.watch.user, large=False))
                for row in rows
                if sees(client.watch, row)
            }
            for client in self.clients
        }

    def _differences(self, views: Mapping[int, dict[str, Any]]) -> list[str]:
        return [
            f"{client.watch.user}, {short(client.watch.asked)}: {what}"
            for client in self.clients
            for what in compare(client, views[id(client)])
        ]


def sees(watch: Watch, row: Task) -> bool:
    """Whether the watch shows the row: said again here, and not taken from the hub."""
    if not watch.user.is_staff and row.owner_id != watch.user.pk:
        return False
    if "tasks" in watch.asked:
        return str(row.pk) in watch.asked["tasks"]
    wanted = watch.asked["filter"]
    owner = row.owner.get_username() if row.owner else None
    me = watch.user.get_username()
    return (
        row.status in wanted.get("status", [row.status])
        and row.operation in wanted.get("operation", [row.operation])
        and wanted.get("owner", owner).replace("me", me) == owner
        and wanted.get("search", "") in row.progress_message
    )


def compare(client: Client, view: Mapping[str, Any]) -> Iterable[str]:
    """Yield what the client does not know, or knows wrongly."""
    if not client.is_up_to_date:
        yield "not answered yet"
        return
    shown = client.store.tasks
    for pk in view.keys() | shown.keys():
        if pk not in shown:
            yield f"{pk} is missing"
        elif pk not in view:
            yield f"{pk} is too many, as version {shown[pk]['version']}"
        else:
            wrong = [
                f"{name} {shown[pk].get(name)!r} for {value!r}"
                for name, value in view[pk].items()
                if name not in NOT_ALWAYS_TOLD and shown[pk].get(name) != value
            ]
            if wrong:
                yield f"{pk}: {', '.join(wrong)}"


def short(asked: dict[str, Any]) -> str:
    """Return what was asked in few words."""
    return str(asked.get("filter", f"{len(asked.get('tasks', ()))} ids"))
