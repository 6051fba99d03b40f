"""One-time tickets: how a page without a header to set opens a socket.

A ticket counts once, for one path, within 30 seconds by the database's clock. It lives
in the database, so that it counts once however many servers there are.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from tasks_app.models import SocketTicket
from tasks_app.models.ticket import LIFE

from .api_tokens import present_actor
from .credential import Credential, CredentialError, present_user, proof_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes from secrets
SWEPT: Final = 100  # expired tickets deleted whenever one is issued


@dataclass(frozen=True, slots=True)
class Ticket:
    """What its buyer gets; nobody else ever sees the text."""

    text: str = field(repr=False)
    expires_in: int  # seconds


def issue_ticket(
    user: User,
    *,
    path: str,
    expires_at: datetime | None = None,
    session_key: str = "",
    api_token_id: int | None = None,
) -> Ticket:
    """Return a ticket to `path` for `user`.

    The credential of the ticket ends with what it was bought with: a token, which
    expires at `expires_at`, an API token, or a session.
    """
    text = secrets.token_urlsafe(32)
    with transaction.atomic():
        _sweep()
        SocketTicket.objects.create(
            digest=_digest(text),
            user=user,
            path=path,
            proof=proof_of(user),
            session_key=session_key,
            api_token_id=api_token_id,
            source_expires_at=expires_at,
        )
    return Ticket(text=text, expires_in=int(LIFE.total_seconds()))


def redeem_ticket(text: str, *, path: str) -> Credential:
    """Use the ticket up and return its credential.

    Raises CredentialError for a ticket that is unknown, used, too old or for another
    path, and when its user may not sign in any more.
    """
    if not SHAPE.fullmatch(text):
        raise CredentialError("ticket_invalid")
    mine = SocketTicket.objects.valid().filter(digest=_digest(text), path=path)
    found = mine.first()
    # Of all who found it, one deletes it.
    if found is None or not mine._raw_delete(connection.alias):
        raise CredentialError("ticket_invalid")
    if found.api_token_id is not None:
        user = present_actor(found.api_token_id)
    else:
        user = present_user(found.user_id, proof=found.proof)
    if user is None:
        raise CredentialError("ticket_invalid")
    return Credential(
        user=user,
        expires_at=found.source_expires_at,
        session_key=found.session_key,
        api_token_id=found.api_token_id,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sweep() -> None:
    """Delete some of the expired tickets, past those that others are deleting."""
    expired = SocketTicket.objects.expired().select_for_update(skip_locked=True)
    digests = list(expired.values_list("pk", flat=True)[:SWEPT])
    if digests:
        SocketTicket.objects.filter(pk__in=digests)._raw_delete(connection.alias)
