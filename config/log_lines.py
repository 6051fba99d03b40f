"""How a line of the log looks: JSON for machines, or text for people.

Either way it is one line for one record, and holds no secret: what is logged may have
been written by whoever sent a request or a file.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

from tasks_app.redact import CONTROL, without_secrets
from tasks_app.trace import current

TRACED: Final = ("request_id", "user", "task", "attempt")
FIELDS: Final = (
    *("time", "level", "logger", "message", "process", *TRACED),
    *("method", "path", "status", "duration_ms", "exception", "audit"),
)
NAMES: Final = {"levelname": "level", "name": "logger", "exc_info": "exception"}


class TraceFilter(logging.Filter):
    """Adds for whom the code runs to each record; what is there already stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        trace = current()
        for name in TRACED:
            value = getattr(trace, name)
            if not hasattr(record, name):
                setattr(record, name, value() if callable(value) else value)
        return True


class JsonLines(JsonFormatter):
    """One JSON object in each line, with the fields that have a value."""

    def __init__(self) -> None:
        super().__init__(
            ("levelname", "name", "message", "process"),
            rename_fields=NAMES,
            timestamp="time",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Keep our own fields only: libraries add requests, arguments and sockets."""
        kept = {name: log_data.get(name) for name in FIELDS}
        return {
            name: clean(value)
            for name, value in kept.items()
            if value not in (None, "")
        }


def clean(value: Any) -> Any:
    """Return `value` without secrets, a dict so through and through."""
    if isinstance(value, dict):
        return {name: clean(part) for name, part in value.items()}
    return without_secrets(value) if isinstance(value, str) else value


class TextLines(logging.Formatter):
    """Words for people; a traceback follows, indented, so that it can forge no line."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and those of a traceback."""
        first, *others = self._parts(record)
        text = without_secrets("\n".join([escaped(first), *others]))
        return text.replace("\n", "\n    ")

    def _parts(self, record: logging.LogRecord) -> list[str]:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        parts = [self.formatMessage(record)]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        lines = [line for part in parts[1:] for line in part.split("\n")]
        return [parts[0], *(escaped(line) for line in lines)]


def escaped(text: str) -> str:
    """Return `text` with characters that a terminal would obey written out."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
