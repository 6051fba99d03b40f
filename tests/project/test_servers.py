"""The private servers of the tests start, come back with their data, and are gone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import psutil
import psycopg
import pytest
import redis

from tests.servers import PostgresServer, PrivateServer, RabbitServer, RedisServer
from tests.servers import postgres as postgres_module
from tests.servers import rabbitmq as rabbitmq_module
from tests.servers.process import ServerError
from tests.servers.redis import ONE_TRY

pytestmark = pytest.mark.embedded_only

needs_postgres = pytest.mark.skipif(
    postgres_module.binaries() is None, reason="needs PostgreSQL's programs"
)
needs_rabbit = pytest.mark.skipif(
    rabbitmq_module.binary() is None, reason="needs Debian's rabbitmq-server"
)


def processes_of(server: PrivateServer) -> list[psutil.Process]:
    """Everything that runs with the server's folder in its command or as its cwd."""
    folder = str(server.directory)
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if folder in process.cwd() or folder in " ".join(process.cmdline()):
                found.append(process)
    return found


@pytest.mark.parametrize(
    "make",
    [
        RedisServer,
        pytest.param(PostgresServer, marks=needs_postgres),
        pytest.param(RabbitServer, marks=needs_rabbit),
    ],
)
def test_nothing_of_a_server_is_left(make: Callable[[], PrivateServer]) -> None:
    with make() as server:
        assert server.is_ready()
        assert processes_of(server)

    assert not server.is_ready()
    assert processes_of(server) == []
    assert not server.directory.exists()


def test_two_servers_do_not_meet() -> None:
    with RedisServer() as one, RedisServer() as other:
        redis.from_url(one.url).set("whose", "one")

        assert redis.from_url(other.url).get("whose") is None


def test_redis_that_is_stopped_comes_back_with_its_data() -> None:
    with RedisServer() as server:
        redis.from_url(server.url).set("kept", "yes")
        server.stop()
        server.start()

        assert redis.from_url(server.url).get("kept") == b"yes"


def test_a_killed_server_no_longer_answers_and_can_be_started_again() -> None:
    with RedisServer() as server:
        server.kill()
        assert not server.is_ready()

        server.start()
        assert server.is_ready()


def test_a_frozen_server_accepts_and_says_nothing() -> None:
    with RedisServer() as server:
        with server.frozen():
            client = redis.Redis(port=server.port, socket_timeout=0.3, retry=ONE_TRY)
            with pytest.raises(redis.TimeoutError):
                client.ping()

        assert server.is_ready()


@needs_postgres
def test_postgres_has_the_database_that_its_address_names() -> None:
    with PostgresServer() as server, psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT current_database()").fetchone()

    assert row == ("sightline",)


def test_a_server_that_cannot_start_says_why() -> None:
    class Refusing(RedisServer):
        def command(self) -> list[str]:
            return [*super().command(), "--no-such-setting", "yes"]

    with pytest.raises(ServerError, match="no-such-setting"), Refusing():
        pass


@needs_postgres
def test_postgres_never_runs_as_root() -> None:
    with PostgresServer() as server:
        assert server.process is not None
        assert psutil.Process(server.process.pid).uids().effective != 0
