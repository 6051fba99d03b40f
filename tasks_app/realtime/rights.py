"""What the user of a socket may see and do, read again while the socket is open.

Blocking: called in a thread. ASVS 5.0, 7.4.1 and 8.3.2: changes of rights apply to
sessions that are open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks_app import credentials
from tasks_app.models.permitted import permitted_actions
from tasks_app.models.queries import sees_all

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tasks_app.realtime.delivery.viewer import Viewer

    from .identity import Signed


@dataclass(frozen=True, slots=True)
class Rights:
    """Sight, and actions on one's own tasks and on those of others."""

    user: User
    sees_all: bool
    own: frozenset[str]
    others: frozenset[str]

    def on(self, owner_id: int | None) -> frozenset[str]:
        """Return the actions that the user may ask for on tasks of this owner."""
        return self.own if owner_id == self.user.pk else self.others


def read(user: User) -> Rights:
    """Return the rights of `user`; costs queries."""
    return Rights(
        user=user,
        sees_all=sees_all(user),
        own=permitted_actions(user, owns=True),
        others=permitted_actions(user, owns=False),
    )


def enter(
    identify: Callable[[Any], tuple[User, Signed]], scope: Any
) -> tuple[Signed, Rights]:
    """Return who comes in with this request and what they may; raises RefusedError."""
    user, signed = identify(scope)
    return signed, read(user)


def read_again(viewers: Iterable[Viewer]) -> dict[Viewer, Rights | None]:
    """Return the present rights of each viewer; None for who is signed in no more.

    A query or two for each person and session, however many sockets they have.
    """
    known: dict[tuple[int, str, str, int | None], Rights | None] = {}
    found = {}
    for viewer in viewers:
        signed = viewer.signed
        basis = (signed.session_key, signed.proof, signed.api_token_id)
        key = (viewer.rights.user.pk, *basis)
        if key not in known:
            known[key] = _present(*key)
        found[viewer] = known[key]
    return found


def _present(
    user_id: int, session_key: str, proof: str, api_token_id: int | None
) -> Rights | None:
    if session_key:
        try:
            return read(credentials.read_session(session_key).user)
        except credentials.CredentialError:
            return None
    if api_token_id is not None:
        user = credentials.present_actor(api_token_id)
    else:
        user = credentials.present_user(user_id, proof=proof)
    return read(user) if user is not None else None
