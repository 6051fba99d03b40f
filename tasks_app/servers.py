"""What ASGI leaves open, and the servers do each in their way."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Final

GOODBYE_SECONDS: Final = 3.0  # to read why the connection is closed


def is_daphne(scope: Mapping[str, Any]) -> bool:
    """Whether daphne serves: it alone names no edition of the specification."""
    return "spec_version" not in scope.get("asgi", {})


def hang_up(send: Any) -> None:
    """Drop the connection of a client that does not read even that it ends.

    ASGI has no word for it: servers wait until what they sent is taken, for ever.
    uvicorn's `send` is a method of the protocol, daphne's a partial that is given it.
    """
    send = inspect.unwrap(send)
    arguments = getattr(send, "args", ())
    protocol = arguments[0] if arguments else getattr(send, "__self__", None)
    transport = getattr(protocol, "transport", None)
    for name in ("abort", "abortConnection"):
        if drop := getattr(transport, name, None):
            drop()
            return
