"""What a valid token or ticket says, and the refusal of any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from django.contrib.auth import get_user_model
from django.utils.crypto import constant_time_compare

from tasks_app.errors import TaskError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Code = Literal[
    "token_invalid",
    "token_expired",
    "ticket_invalid",
    "session_ended",
    "identity_unavailable",
]

SENTENCES: Final[dict[Code, str]] = {
    "token_invalid": "This token is not valid, or no longer. Get a new one.",
    "token_expired": "This token has expired. Get a new one.",
    "ticket_invalid": "This ticket was used, is too old or was made for something else."
    " Get a new one.",
    "session_ended": "Sign in first.",
    "identity_unavailable": "The identity provider cannot be asked for its keys just"
    " now. Try again in a few seconds.",
}


class CredentialError(TaskError):
    """The token or ticket counts for nothing; the text does not repeat it."""

    def __init__(self, code: Code) -> None:
        self.code = code
        super().__init__(SENTENCES[code])

    @property
    def is_passing(self) -> bool:
        """Whether the same token may count a little later."""
        return self.code == "identity_unavailable"


@dataclass(frozen=True, slots=True)
class Credential:
    """Whom a token or ticket stands for, and until when."""

    user: User
    expires_at: datetime | None  # None: as long as the session
    session_key: str = ""  # the session that it ends with
    api_token_id: int | None = None  # the API token that it ends with


def proof_of(user: User) -> str:
    """Return what changes with the user's password: the same that ends sessions.

    Who has no password has such a proof all the same; it changes when they get one.
    """
    return user.get_session_auth_hash()


def present_user(user_id: int | str, *, proof: object) -> User | None:
    """Return the user as they are now; None when gone, inactive or of a new password.

    Costs one query.
    """
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or not constant_time_compare(str(proof), proof_of(user)):
        return None
    return user
