"""What is logged, and how: the same lines in every process, to its standard error.

The loggers of uvicorn are listed to take their own handlers away.
"""

from __future__ import annotations

from typing import Any

from config.env import env

from .project import EMBEDDED

LOG_FORMAT = env.str("LOG_FORMAT", default="") or ("text" if EMBEDDED else "json")
TO_ROOT: dict[str, Any] = {"handlers": [], "propagate": True}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trace": {"()": "config.log_lines.TraceFilter"}},
    "formatters": {
        "json": {"()": "config.log_lines.JsonLines"},
        "text": {"()": "config.log_lines.TextLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["trace"],
        }
    },
    "loggers": dict.fromkeys(("django", "uvicorn", "uvicorn.error"), TO_ROOT),
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
