"""Guessing passwords is slow: every attempt is counted before it is looked at.

Counted are a name from an address, an address, and a name from everywhere. The last
does not hold where its user has signed in within a month, so that strangers who guess
cannot keep somebody out.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.auth import get_user_model
from django.db import DatabaseError

from tasks_app import audit
from tasks_app.conf import setting
from tasks_app.errors import TaskError
from tasks_app.trace import current

from .attempts import attempts

OF_ADDRESS: Final = 20  # times as many as of one name from one address
OF_NAME: Final = 5
KNOWN_SECONDS: Final = 30 * 86_400


class TooManyAttemptsError(TaskError):
    """Sign-ins have failed too often; `wait` is in seconds."""

    code = "too_many_attempts"

    def __init__(self, wait: int) -> None:
        self.wait = wait
        number, word = (wait, "second") if wait < 60 else (-(-wait // 60), "minute")
        told = f"{number} {word}{'' if number == 1 else 's'}"
        super().__init__(f"Too many attempts to sign in. Try again in {told}.")


@contextmanager
def signing_in(name: str) -> Iterator[None]:
    """Let somebody prove to be `name`; what is raised inside says that they are not.

    Raises TooManyAttemptsError before that.
    """
    who, address = _same(name), _network(current().address)
    counted = _count(name, who, address)
    try:
        yield
    except DatabaseError:
        _forgive(counted)
        raise
    except Exception:
        _told(name, "refused")
        raise
    _forgive(counted)
    attempts().forget("pair", who, address)
    attempts().remember(who, address, seconds=KNOWN_SECONDS)
    audit.record("sign_in", who=name, outcome="done")


def _count(name: str, who: str, address: str) -> list[tuple[str, ...]]:
    """Count one by one: who is stopped by the first does not raise the others."""
    most, window = setting("SIGN_IN_ATTEMPTS"), setting("SIGN_IN_SECONDS")
    limits = {("pair", who, address): most, ("address", address): most * OF_ADDRESS}
    if not attempts().knows(who, address):
        limits["name", who] = most * OF_NAME
    for of, limit in limits.items():
        number, left = attempts().count(*of, window=window)
        if number > limit:
            _told(name, "throttled")
            raise TooManyAttemptsError(left)
    return list(limits)


def _forgive(counted: list[tuple[str, ...]]) -> None:
    for of in counted:
        attempts().forgive(*of)


def _told(name: str, outcome: str) -> None:
    """Name only whom there is: what else was typed may be a password."""
    exists = get_user_model().objects.filter(username=name).exists()
    audit.record("sign_in", who=name if exists else "", outcome=outcome)


def _same(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _network(address: str) -> str:
    """Return the address; of IPv6 the network, since one host has all of it."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
