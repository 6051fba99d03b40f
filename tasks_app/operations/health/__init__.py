"""Looks whether everything that work depends on is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from .disk import disk
from .looking import Look
from .processes import beat, keeper, workers
from .servers import broker, cache, database

logger = logging.getLogger(__name__)

OK: Final = "ok"
LOOKS: Final[dict[str, Callable[[], Look]]] = {
    "database": database,
    "redis": cache,
    "broker": broker,
    "keeper": keeper,
    "workers": workers,
    "disk": disk,
    "beat": beat,
}


def check() -> dict[str, str]:
    """Return for each dependency `ok` or what is wrong, without any secret."""
    return {name: look(name).wrong or OK for name in LOOKS}


def look(name: str) -> Look:
    """Return what is known of one dependency; never raises."""
    begin = time.monotonic()
    try:
        found = LOOKS[name]()
    except Exception as error:  # noqa: BLE001  every failure means: not ready
        logger.warning("Not ready: %s", error)
        return Look(f"does not answer ({type(error).__name__})")
    spent = round((time.monotonic() - begin) * 1000, 1)
    return Look(found.wrong, {**found.figures, "answered_in_ms": spent})
