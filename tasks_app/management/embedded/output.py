"""What the children print: all of it to files, warnings and worse to the terminal."""

from __future__ import annotations

import logging
import re
import threading
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES = 5_000_000  # of one log file; one older file is kept beside it

# "2026-01-01 12:00:00,000 WARNING name: text" of the project, Celery's
# "[2026-01-01 12:00:00,000: WARNING/MainProcess] text", uvicorn's "WARNING:  text".
_URGENT = re.compile(r"(\[?\d{4}-\d\d-\d\d [\d:,]+ )?(WARNING|ERROR|CRITICAL)\b")


class Output:
    """Writes each child's lines to `folder/NAME.log`."""

    def __init__(self, folder: Path, *, say: Callable[[str], None]) -> None:
        """`say` prints one line on the terminal."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._say = say
        self._files: dict[str, RotatingFileHandler] = {}
        self._expected: dict[str, tuple[re.Pattern[str], threading.Event]] = {}
        self._lock = threading.Lock()

    def expect(self, name: str, pattern: str) -> threading.Event:
        """Return an event that is set once a line of `name` matches `pattern`."""
        event = threading.Event()
        self._expected[name] = (re.compile(pattern), event)
        return event

    def line(self, name: str, text: str) -> None:
        """Keep one line of a child; show it when it is a warning or worse."""
        self._file(name).emit(logging.LogRecord(name, 0, "", 0, text, None, None))
        if name in self._expected and self._expected[name][0].search(text):
            self._expected[name][1].set()
        if _URGENT.match(text):
            self._say(f"{name}: {text}")

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> RotatingFileHandler:
        with self._lock:
            if name not in self._files:
                self._files[name] = RotatingFileHandler(
                    self.folder / f"{name}.log",
                    maxBytes=MAX_BYTES,
                    backupCount=1,
                    encoding="utf-8",
                )
            return self._files[name]
