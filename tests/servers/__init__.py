"""Private Redis, PostgreSQL and RabbitMQ for the tests.

Each runs on a free port of the loopback address, keeps its files in a folder of its
own and is gone afterwards. Nothing on the machine is touched.
"""

from tests.servers.postgres import PostgresServer
from tests.servers.process import PrivateServer, ServerError, free_port
from tests.servers.rabbitmq import RabbitServer
from tests.servers.redis import RedisServer

__all__ = [
    "PostgresServer",
    "PrivateServer",
    "RabbitServer",
    "RedisServer",
    "ServerError",
    "free_port",
]
