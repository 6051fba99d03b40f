"""Tokens of a corporate identity provider (OpenID Connect).

What a token has to prove is fixed by the settings; it says only which key it was signed
with, and that only among the keys and algorithms that are allowed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import jwt
from django.conf import settings

from .credential import Credential, CredentialError
from .keys import key_server
from .people import user_of

LONGEST: Final = 16_384  # characters; one with 200 groups has 12,000
LEEWAY_SECONDS: Final = 10  # by which the clocks of two houses may differ
NEEDED: Final = ("iss", "aud", "sub", "exp", "iat")
END_OF_TIME: Final = 253_402_300_799  # the last second that `datetime` knows


def is_foreign(text: str) -> bool:
    """Whether `text` claims to be signed as the provider signs; ours never are."""
    algorithms = settings.OIDC.get("ALGORITHMS", ())
    return bool(algorithms) and _header(text).get("alg") in algorithms


def read_foreign_token(text: str) -> Credential:
    """Return whom the token `text` stands for; raises CredentialError.

    Who was never seen before becomes a user. Costs one query; a few with a newer token.
    """
    claims = _verified(text)
    expires_at = datetime.fromtimestamp(min(int(claims["exp"]), END_OF_TIME), tz=UTC)
    return Credential(user=user_of(claims), expires_at=expires_at)


def _verified(text: str) -> dict[str, Any]:
    provider, header = settings.OIDC, _header(text)
    algorithm, kid = header.get("alg", ""), header.get("kid")
    if algorithm not in provider["ALGORITHMS"] or not isinstance(kid, str):
        raise CredentialError("token_invalid")
    server = key_server(provider["KEYS_URL"], frozenset(provider["ALGORITHMS"]))
    key = server.find(kid, algorithm)
    if key is None:
        raise CredentialError("token_invalid")
    needed = [*NEEDED, "nbf"] if provider["NEEDS_NBF"] else [*NEEDED]
    try:
        return jwt.decode(
            text,
            key,
            algorithms=[algorithm],
            issuer=provider["ISSUER"],
            audience=provider["AUDIENCE"],
            leeway=LEEWAY_SECONDS,
            options={"require": needed, "enforce_minimum_key_length": True},
        )
    except jwt.ExpiredSignatureError:
        raise CredentialError("token_expired") from None
    except jwt.PyJWTError:
        raise CredentialError("token_invalid") from None


def _header(text: str) -> dict[str, Any]:
    """Return what the token says of itself, unproved; empty for what is no token."""
    if len(text) > LONGEST or not text.isascii():
        return {}
    try:
        return jwt.get_unverified_header(text)
    except jwt.PyJWTError:
        return {}
