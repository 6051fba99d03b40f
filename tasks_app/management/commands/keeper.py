"""Runs the keeper."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from tasks_app.operations.keeper import Keeper
from tasks_app.operations.publisher import flush

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Keeps watch until it is told to stop."""

    help = "Start due tasks, publish lost ones again, rescue those whose worker died."

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep watch until SIGTERM or Ctrl-C."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        logger.info("The keeper keeps watch.")
        Keeper().run(stop=stop)
        flush()
