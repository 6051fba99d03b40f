"""The public keys of an identity provider, fetched from its key server and kept.

PyJWT brings a client for this, `PyJWKClient`, which does not fit: it tries again for
every token while the server is away, makes everybody wait meanwhile, reads answers of
any length, and cannot go on with the keys it had. Its parsing of keys is used.
"""

from __future__ import annotations

import json
import logging
import threading
from functools import lru_cache
from http.client import HTTPException
from time import monotonic
from typing import Any, Final
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from django.conf import settings

from .credential import CredentialError

logger = logging.getLogger("sightline.identity")

WAIT_SECONDS: Final = 3.0  # for a connection, for each piece, and for the whole body
LARGEST: Final = 262_144  # bytes; a dozen keys with certificates have 30,000
PIECE: Final = 16_384
LONG_AGO: Final = float("-inf")

Keys = dict[tuple[str, str], jwt.PyJWK]  # by id and algorithm


class UnusableError(Exception):
    """The server answered something that holds no key."""


class KeyServer:
    """Knows the keys of one address, and asks for them rarely, one thread at a time."""

    def __init__(self, url: str, algorithms: frozenset[str]) -> None:
        self.url, self.algorithms = url, algorithms
        self._keys: Keys = {}
        self._fetched_at = self._tried_at = LONG_AGO
        self._fetching = threading.Lock()

    def find(self, kid: str, algorithm: str) -> jwt.PyJWK | None:
        """Return the key of that id for that algorithm, None for one that is not known.

        Raises CredentialError while that cannot be told: the server is away.
        """
        known = self._known(kid, algorithm)
        if known is None:
            self._refresh(wait_seconds=2 * WAIT_SECONDS)
            known = self._known(kid, algorithm)
            if known is None and self._fetched_at < self._tried_at:
                raise CredentialError("identity_unavailable")
        elif monotonic() - self._fetched_at > settings.OIDC["KEYS_SECONDS"]:
            self._refresh(wait_seconds=0)  # the others go on with what is known
            known = self._known(kid, algorithm)
        return known

    def _known(self, kid: str, algorithm: str) -> jwt.PyJWK | None:
        if monotonic() - self._fetched_at > settings.OIDC["STALE_SECONDS"]:
            return None
        return self._keys.get((kid, algorithm))

    def _refresh(self, *, wait_seconds: float) -> None:
        """Fetch the keys, unless that was tried just now; wait for who is doing it."""
        if not self._fetching.acquire(timeout=wait_seconds):
            return
        try:
            now = monotonic()
            if now - self._tried_at < settings.OIDC["AGAIN_SECONDS"]:
                return
            self._tried_at = now
            self._keys = _usable(_fetch(self.url), self.algorithms)
            self._fetched_at = monotonic()
        except (OSError, HTTPException, UnusableError) as error:
            logger.warning("The identity provider gives no keys: %s", error)
        finally:
            self._fetching.release()


@lru_cache(maxsize=8)
def key_server(url: str, algorithms: frozenset[str]) -> KeyServer:
    """Return what this process knows of the keys at `url`."""
    return KeyServer(url, algorithms)


class _NoRedirects(HTTPRedirectHandler):
    """What the address answers is all that counts."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def _fetch(url: str) -> bytes:
    """Return what the server answers; raises OSError, HTTPException, UnusableError."""
    end = monotonic() + WAIT_SECONDS
    # The address is a setting, and was checked to be HTTPS.
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310
    body = b""
    with build_opener(_NoRedirects).open(request, timeout=WAIT_SECONDS) as answer:
        while piece := answer.read1(PIECE):
            body += piece
            if len(body) > LARGEST or monotonic() > end:
                raise UnusableError("its answer is too large, or too slow")
    return body


def _usable(body: bytes, algorithms: frozenset[str]) -> Keys:
    """Return the signing keys in a key set (RFC 7517), each under what it may do."""
    try:
        found = json.loads(body)["keys"]
        listed = [key for key in found if key.get("use", "sig") == "sig"]
        named = [key for key in listed if isinstance(key.get("kid"), str)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnusableError("its answer is no key set") from None
    keys: Keys = {}
    for key in named:
        for algorithm in algorithms:
            if key.get("alg", algorithm) != algorithm:
                continue
            try:
                keys[key["kid"], algorithm] = jwt.PyJWK(key, algorithm)
            except jwt.PyJWTError:  # of another kind
                continue
    if not keys:
        raise UnusableError("its answer has no key for the algorithms allowed")
    return keys
