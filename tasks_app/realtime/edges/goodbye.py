"""The end of a connection whose client does not read even that it ends."""

from __future__ import annotations

from typing import Any, Final

GOODBYE_SECONDS: Final = 3.0  # to read why the connection is closed


def hang_up(send: Any) -> None:
    """Drop the connection behind an ASGI `send`.

    ASGI has no word for it: servers wait until what they sent is taken, for ever.
    uvicorn's `send` is a method of the protocol, daphne's a partial that is given it.
    """
    arguments = getattr(send, "args", ())
    protocol = arguments[0] if arguments else getattr(send, "__self__", None)
    transport = getattr(protocol, "transport", None)
    for name in ("abort", "abortConnection"):
        if drop := getattr(transport, name, None):
            drop()
            return
