"""Keeps the secrets of webhooks unreadable to who has only the database.

A secret signs, so its text is needed again and again: it is encrypted (Fernet) with a
key that is derived from SECRET_KEY, which is not in the database. Keys of
SECRET_KEY_FALLBACKS open, too, so that SECRET_KEY can be changed.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tasks_app.models import AlertChannel

from .trouble import SendError

PURPOSE: Final = b"sightline: secrets of webhooks"  # no other use has the same key
UNREADABLE: Final = (
    "The secret of the channel cannot be opened: SECRET_KEY was changed since. Name the"
    " earlier one in SECRET_KEY_FALLBACKS, or make a new secret on the channel's page."
)


def seal(secret: str) -> str:
    """Return the secret as it is kept."""
    return _keys().encrypt(secret.encode()).decode()


def open_sealed(sealed: str) -> str:
    """Return the secret; raises SendError when none of the keys fits.

    It is tried again like any other: somebody may have forgotten to name the key.
    """
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SendError(UNREADABLE) from error


def trouble_with(sealed: str) -> str:
    """Return in words why a sealed secret cannot be used, or an empty text."""
    try:
        open_sealed(sealed)
    except SendError as error:
        return str(error)
    return ""


def seal_anew() -> int:
    """Seal with the newest key what an earlier one sealed; return how many.

    After that the earlier key is needed no more.
    """
    newest = Fernet(_derived(settings.SECRET_KEY))
    changed = 0
    for channel in AlertChannel.objects.exclude(secret=""):
        if _fits(newest, channel.secret) or trouble_with(channel.secret):
            continue
        same = AlertChannel.objects.filter(pk=channel.pk, secret=channel.secret)
        changed += same.update(secret=_keys().rotate(channel.secret).decode())
    return changed


def _fits(key: Fernet, sealed: str) -> bool:
    try:
        key.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(each)) for each in known])


@lru_cache(maxsize=16)
def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return urlsafe_b64encode(derive.derive(key.encode()))
