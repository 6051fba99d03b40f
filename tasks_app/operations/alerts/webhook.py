"""Posts signed messages to addresses that may be told.

No redirect is followed, no proxy asked, and of the answer only the head is read.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from tasks_app import __version__
from tasks_app.conf import setting

from .addresses import Target, resolve, target_of
from .sealing import open_sealed
from .signing import UNSIGNED, signature
from .trouble import SendError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks_app.models import Delivery

LATE: Final = "The receiver did not answer in time."


def send(delivery: Delivery, *, to: str, sealed: str) -> int:
    """Post the message, and return the answer's code; raises SendError."""
    if not sealed:  # it would look signed, and anybody could have signed it
        raise SendError(f"{UNSIGNED} Then send this again.", is_final=True)
    secret = open_sealed(sealed)
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    code = _post(target_of(to), body, headers(delivery, body=body, secret=secret))
    if 200 <= code < 300:
        return code
    if 300 <= code < 400:
        text = (
            f"The receiver answered with a redirect ({code}), and none is followed."
            " Enter the address it leads to."
        )
        raise SendError(text, code=code)
    raise SendError(f"The receiver answered {code}.", code=code)


def payload(delivery: Delivery) -> dict[str, Any]:
    """Return what is posted."""
    message = dict(delivery.message)
    kind, at = message.pop("type"), message.pop("timestamp")
    return {"type": kind, "timestamp": at, "data": message}


def headers(delivery: Delivery, *, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers; the id is the same in every try, time and signature not."""
    name, at = str(delivery.pk), int(time.time())
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Sightline/{__version__}",
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret=secret, name=name, at=at, body=body),
    }


def _post(target: Target, body: bytes, told: dict[str, str]) -> int:
    seconds = setting("ALERT_SEND_SECONDS")
    deadline = time.monotonic() + seconds
    for address in resolve(target):
        try:
            return _ask(target, address, body, told, deadline=deadline)
        except NewConnectionError:
            continue  # of a name with several addresses some may be away
        except ssl.SSLCertVerificationError as error:
            text = "The certificate of the receiver is not valid for its name."
            raise SendError(text) from error
        except (HTTPError, HTTPException, OSError) as error:
            is_late = isinstance(error, TimeoutError) or time.monotonic() >= deadline
            text = LATE if is_late else "The receiver broke the connection off."
            raise SendError(text) from error
    raise SendError("The receiver cannot be reached: nobody listens there.")


def _ask(
    target: Target,
    address: str,
    body: bytes,
    told: dict[str, str],
    *,
    deadline: float,
) -> int:
    rest = max(0.1, deadline - time.monotonic())
    connection = _connection(target, address, seconds=rest)
    with contextlib.closing(connection), _cut(connection, after=rest):
        connection.request(
            "POST",
            target.path,
            body=body,
            headers={"Host": target.authority, **told},
            preload_content=False,
        )
        with contextlib.closing(connection.getresponse()) as answer:
            return int(answer.status)


def _connection(target: Target, address: str, *, seconds: float) -> HTTPConnection:
    """Return a connection to the address that answers for the name in the URL."""
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=seconds)
    return HTTPSConnection(
        address,
        target.port,
        timeout=seconds,
        server_hostname=target.host,
        ssl_context=ssl.create_default_context(),
    )


@contextlib.contextmanager
def _cut(connection: HTTPConnection, *, after: float) -> Iterator[None]:
    """End the connection when the time is over, however slowly something comes."""

    def cut() -> None:
        with contextlib.suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(after, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
