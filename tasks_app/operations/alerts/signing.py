"""Signs messages so that their receiver knows who sent them, and when.

The convention is that of Standard Webhooks: HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

PREFIX: Final = "whsec_"
SIZE: Final = 32  # bytes
UNSIGNED: Final = "The channel has no secret. Make one on its page."


def new_secret() -> str:
    """Return a secret as its receiver enters it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SIZE)).decode()


def signature(*, secret: str, name: str, at: int, body: bytes) -> str:
    """Return the value of `webhook-signature`; `name` is the id, `at` in seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b"%s.%d.%s" % (name.encode(), at, body)
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
