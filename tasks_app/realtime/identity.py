"""Who opens a connection: by ticket, by bearer token or by a browser's session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from tasks_app import credentials

PROTOCOL: Final = "sightline.v1"
TICKET: Final = "sightline.ticket."
NOT_SIGNED_IN, NOT_ALLOWED, TOO_MANY, LATER = 4401, 4403, 4429, 4503  # close codes


@dataclass(frozen=True, slots=True)
class Signed:
    """What a connection rests on: a session, an API token, or a proof.

    The proof is that the password is still the same.

    `expires_at` ends what rests on a token, unless it is renewed.
    """

    session_key: str = ""
    proof: str = ""
    expires_at: datetime | None = None
    api_token_id: int | None = None


class RefusedError(Exception):
    """Nobody may come in this way; `code` is the close code, the text says why.

    `wait` is after how many seconds it may be tried again, where that is known.
    """

    def __init__(self, code: int, text: str, *, wait: int = 0) -> None:
        self.code, self.wait = code, wait
        super().__init__(text)


def of_socket(scope: Mapping[str, Any]) -> tuple[User, Signed]:
    """Return who opens this socket; raises RefusedError. Blocking.

    A ticket or a token is no browser's to send unasked, so it may come from any page. A
    session's cookie is: it counts only on a page of this site (ASVS 5.0, 4.4.2).
    """
    for offered in scope.get("subprotocols", ()):
        if offered.startswith(TICKET):
            ticket = offered.removeprefix(TICKET)
            return _by(credentials.redeem_ticket, ticket, path=scope["path"])
    headers = dict(scope["headers"])
    if bearer(headers):
        return of_request(scope)
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not is_trusted(origin, headers.get(b"host", b"").decode("latin-1")):
        text = "A page of another site needs a ticket to connect."
        raise RefusedError(NOT_ALLOWED, text)
    return of_request(scope)


def of_request(scope: Mapping[str, Any]) -> tuple[User, Signed]:
    """Return who asks, by token or by cookie; raises RefusedError. Blocking."""
    headers = dict(scope["headers"])
    if token := bearer(headers):
        return by_token(token)
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    return _by(credentials.read_session, cookies.get(settings.SESSION_COOKIE_NAME, ""))


def by_token(token: str) -> tuple[User, Signed]:
    """Return whose access token this is; raises RefusedError. Blocking."""
    return _by(credentials.read_token, token)


def bearer(headers: Mapping[bytes, bytes]) -> str:
    """Return the token of the `Authorization` header, empty without one."""
    header = headers.get(b"authorization", b"").decode("latin-1")
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _by(read: Any, text: str, **more: Any) -> tuple[User, Signed]:
    try:
        credential = read(text, **more)
    except credentials.CredentialError as error:
        code = LATER if error.is_passing else NOT_SIGNED_IN
        raise RefusedError(code, str(error)) from None
    user, key, api_token = (
        credential.user,
        credential.session_key,
        credential.api_token_id,
    )
    proof = "" if key or api_token else user.get_session_auth_hash()
    return user, Signed(key, proof, credential.expires_at, api_token)


def is_trusted(origin: str, host: str) -> bool:
    """Whether a page at `origin` may use a session of this server, asked for as `host`.

    The same rule as Django's CSRF check: the origin is the host that was asked, or one
    of CSRF_TRUSTED_ORIGINS. Without an Origin (no browser sends none) it may not.
    """
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    domain, _ = split_domain_port(host)
    return (
        parts.scheme in {"http", "https"}
        and parts.netloc.lower() == host.lower()
        and validate_host(domain, settings.ALLOWED_HOSTS)
    )
