"""Carries an attempt through a restart of the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from tasks_app.conf import setting

logger = logging.getLogger(__name__)

Facts = ParamSpec("Facts")
Answer = TypeVar("Answer")

PAUSE: Final = 0.5  # seconds between two tries to connect


def lasting(
    verb: Callable[Facts, Answer], *args: Facts.args, **facts: Facts.kwargs
) -> Answer:
    """Call `verb`, again on a new connection when the old one is broken.

    Waits for the database as long as a lease lasts; raises the last error then, and
    every error of a connection that works. What `verb` writes has to be fenced: if the
    answer to a commit was lost, it comes twice.
    """
    end = time.monotonic() + setting("LEASE_SECONDS")
    while True:
        try:
            return verb(*args, **facts)
        except (InterfaceError, OperationalError) as error:
            if not _broken() or time.monotonic() > end:
                raise
            logger.warning("The database is away: %s", error)
            connection.close()
            time.sleep(PAUSE)


def _broken() -> bool:
    if connection.in_atomic_block or connection.vendor == "sqlite":
        return False
    return connection.connection is None or not connection.is_usable()
