"""The headers of answers."""

from __future__ import annotations

from typing import Any, Final

TEXT: Final = {"type": "string"}
HEADERS: Final[dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id of the request: yours, where it was plain text.",
        "schema": {"type": "string", "pattern": r"^[\w.:+/=-]{1,100}$"},
        "required": True,
    },
    "WWW-Authenticate": {
        "description": "How to sign in.",
        "schema": {"type": "string", "pattern": "^Bearer"},
        "required": True,
    },
    "Allow": {"description": "What is known.", "schema": TEXT, "required": True},
    "Retry-After": {
        "description": "Seconds until it is worth asking again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit": {"description": "What is left of the limit.", "schema": TEXT},
    "RateLimit-Policy": {"description": "The limit.", "schema": TEXT},
    "Location": {
        "description": "Where the task is.",
        "schema": {"type": "string", "format": "uri-reference"},
        "required": True,
    },
    "ETag": {
        "description": "Stands for the task as it is now, for you.",
        "schema": {"type": "string", "pattern": '^"'},
        "required": True,
    },
    "Content-Disposition": {
        "description": "A download, and the name of the file.",
        "schema": {"type": "string", "pattern": "^attachment"},
        "required": True,
    },
    "Cache-Control": {
        "description": "Nothing on the way may keep the answer.",
        "schema": {"const": "no-store"},
        "required": True,
    },
}
