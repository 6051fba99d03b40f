"""The folder of the private Redis' socket, and the wait until it answers."""

from __future__ import annotations

import contextlib
import os
import time

import redis
from django.conf import settings
from django.core.management.base import CommandError
from redis.backoff import NoBackoff
from redis.retry import Retry

LEFTOVER_SECONDS = 5.0


def prepare_folder() -> None:
    """Make the socket's folder, ours alone.

    Raises CommandError when it belongs to somebody else: it lies in a folder that
    everybody may write to.
    """
    folder = settings.REDIS_SOCKET.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise CommandError(
            f"{folder} belongs to another user. Remove it and try again."
        )
    folder.chmod(0o700)


def end_leftover() -> None:
    """End a Redis that a killed run left behind; the caller holds the lock."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while answers() and time.monotonic() < deadline:
        with contextlib.suppress(redis.RedisError), _client() as client:
            client.shutdown()
    settings.REDIS_SOCKET.unlink(missing_ok=True)


def remove_folder() -> None:
    """Remove what a stopped Redis leaves in the folder of temporary files."""
    with contextlib.suppress(OSError):
        settings.REDIS_SOCKET.unlink(missing_ok=True)
        settings.REDIS_SOCKET.parent.rmdir()


def answers() -> bool:
    """Whether a Redis answers on the socket and has loaded its data."""
    with _client() as client:
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False


def _client() -> redis.Redis:
    return redis.Redis(
        unix_socket_path=str(settings.REDIS_SOCKET),
        socket_timeout=2,
        retry=Retry(NoBackoff(), 0),  # whoever asks, asks again
    )
