"""Looks whether everything that work depends on is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import redis
from celery import current_app
from django.conf import settings
from django.db import connection

from tasks_app.models import KeeperLock, Worker

logger = logging.getLogger(__name__)

OK: Final = "ok"
TIMEOUT: Final = 2  # seconds a dependency may take to answer


def check() -> dict[str, str]:
    """Return for each dependency `ok` or what is wrong, without any secret."""
    return {
        "database": _outcome(_database),
        "redis": _outcome(_redis),
        "broker": _outcome(_broker),
        "keeper": _outcome(_keeper),
        "workers": _outcome(_workers),
    }


def _outcome(look: Callable[[], str]) -> str:
    try:
        return look()
    except Exception as error:  # noqa: BLE001  every failure means: not ready
        logger.warning("Not ready: %s", error)
        return f"does not answer ({type(error).__name__})"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _redis() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT) as client:
        client.ping()
    return OK


def _broker() -> str:
    with current_app.connection_for_write(connect_timeout=TIMEOUT) as broker:
        broker.ensure_connection(max_retries=1, timeout=TIMEOUT)
    return OK


def _keeper() -> str:
    return OK if KeeperLock.objects.held() else "no keeper is active"


def _workers() -> str:
    return OK if Worker.objects.alive().exists() else "no worker is there"
