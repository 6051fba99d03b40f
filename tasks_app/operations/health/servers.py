"""The servers: database, Redis and broker."""

from __future__ import annotations

from typing import Final

import redis
from celery import current_app
from django.conf import settings
from django.db import connection

from .looking import Look

TIMEOUT: Final = 2  # seconds a server may take to answer


def database() -> Look:
    """Ask it something that costs nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Look(figures={"kind": connection.vendor})


def cache() -> Look:
    """Ask the Redis of the channel layer whether it is there."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT) as client:
        client.ping()
    return Look()


def broker() -> Look:
    """Connect to the broker as who publishes does."""
    with current_app.connection_for_write(connect_timeout=TIMEOUT) as opened:
        opened.ensure_connection(max_retries=1, timeout=TIMEOUT)
    return Look()
