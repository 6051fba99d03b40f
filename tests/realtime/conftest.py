"""A real server and sockets of the people of the cast."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest
import websockets
from channels.db import database_sync_to_async
from django.test import Client

from tests.processes import PATIENCE, Processes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from django.contrib.auth.models import User


class Socket:
    """A client that can wait for one kind of message."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self, kind: str, *, seconds: float = PATIENCE) -> dict[str, Any]:
        """Return the next message of `kind`; fails on an error message."""
        while True:
            message: dict[str, Any] = await self._next(seconds)
            if message["type"] == kind:
                return message
            assert message["type"] != "error", message

    async def anything(self, *, seconds: float = PATIENCE) -> Any:
        """Return the next message, but for the positions, which come when they like."""
        while (message := await self._next(seconds)).get("type") == "position":
            pass
        return message

    async def _next(self, seconds: float) -> Any:
        async with asyncio.timeout(seconds):
            return json.loads(await self.connection.recv())

    async def subscribe(self, **what: Any) -> dict[str, Any]:
        """Subscribe as `s1` and return the snapshot."""
        await self.send(action="subscribe", id="s1", **what)
        return await self.receive("snapshot")

    async def update_until(
        self, *, seconds: float = PATIENCE, **wanted: Any
    ) -> dict[str, Any]:
        """Return the first patch in which every field has the value wanted."""
        async with asyncio.timeout(seconds):
            while True:
                for patch in (await self.receive("update", seconds=seconds))["tasks"]:
                    if all(patch.get(name) == value for name, value in wanted.items()):
                        return dict(patch)


# The rest is the same code on either server.
ON_DAPHNE = {"test_socket", "test_stream", "test_broadcast", "test_recovery"}


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Repeat on daphne what depends on the server alone."""
    spare = [
        item
        for item in items
        if item.path.parent.name == "realtime"
        and getattr(item, "callspec", None) is not None
        and item.callspec.params.get("server") == "daphne"  # type: ignore[attr-defined]
        and item.path.stem not in ON_DAPHNE
    ]
    config.hook.pytest_deselected(items=spare)
    items[:] = [item for item in items if item not in set(spare)]


# What daphne does differently has nothing to do with the database.
@pytest.fixture(
    scope="session",
    params=["uvicorn", pytest.param("daphne", marks=pytest.mark.embedded_only)],
)
def server(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a real server, by each of the two programs."""
    with Processes(tmp_path_factory.mktemp("server")) as running:
        yield running.web(server=request.param)


@pytest.fixture
def connect(server: str, transactional_db: None) -> Callable[..., Any]:
    """Return a function that opens a socket as a user, greeted."""

    def open_socket(user: User | None, **options: Any) -> Any:
        return connected(server, user, **options)

    return open_socket


@asynccontextmanager
async def connected(
    server: str,
    user: User | None,
    *,
    greeted: bool = True,
    path: str = "/ws/v1/tasks/",
    **options: Any,
) -> AsyncIterator[Socket]:
    """Open a socket to `server` as `user`, from its own pages unless told otherwise.

    `origin`, `headers` and `subprotocols` are the request's.
    """
    headers = {"Cookie": await cookie_of(user)} if user else {}
    async with websockets.connect(
        server.replace("http://", "ws://") + path,
        origin=cast("Any", options.get("origin", server)),
        additional_headers=headers | options.get("headers", {}),
        subprotocols=options.get("subprotocols"),
        max_size=None,  # browsers have none
    ) as connection:
        socket = Socket(connection)
        if greeted:
            await socket.receive("hello")
        yield socket


async def write(verb: Callable[..., Any], *arguments: Any, **facts: Any) -> Any:
    """Call a verb of lifecycle from a coroutine, as another process would."""
    return await database_sync_to_async(verb)(*arguments, **facts)


async def code_after(socket: Socket, *, seconds: float = PATIENCE) -> int:
    """Return the close code with which the server ends the socket."""
    async with asyncio.timeout(seconds):
        await socket.connection.wait_closed()
    code: int | None = socket.connection.close_code
    assert code is not None
    return code


async def cookie_of(user: User) -> str:
    client = Client()
    await database_sync_to_async(client.force_login)(user)
    return f"sessionid={client.cookies['sessionid'].value}"
