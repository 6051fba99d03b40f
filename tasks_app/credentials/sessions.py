"""The session of a browser, where no request of Django's carries it."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

from .credential import Credential, CredentialError, present_user


def read_session(key: str) -> Credential:
    """Return who is signed in with the session `key`; costs two queries.

    Raises CredentialError when nobody is, or no more. A session that a new password
    ended counts as little here as in a request.
    """
    if not key.isprintable():  # PostgreSQL takes no NUL, which a cookie can quote
        raise CredentialError("session_ended")
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user_id, proof = store.get(SESSION_KEY), store.get(HASH_SESSION_KEY, "")
    user = present_user(user_id, proof=proof) if user_id else None
    if user is None:
        raise CredentialError("session_ended")
    return Credential(user=user, expires_at=None, session_key=key)
