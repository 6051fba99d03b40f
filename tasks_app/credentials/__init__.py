"""The only code that says whom a token, a ticket or a session stands for.

All end in a `Credential`, or in a `CredentialError` whose sentence tells nothing that
the holder does not know already.
"""

from .api_tokens import (
    issue_api_token,
    may_hand_out,
    present_actor,
    revoke_api_token,
)
from .bearer import read_token
from .credential import Credential, CredentialError, present_user
from .guessing import TooManyAttemptsError, signing_in
from .sessions import read_session
from .tickets import Ticket, issue_ticket, redeem_ticket
from .tokens import Tokens, issue_tokens, refresh_tokens, revoke_token

__all__ = [
    "Credential",
    "CredentialError",
    "Ticket",
    "Tokens",
    "TooManyAttemptsError",
    "issue_api_token",
    "issue_ticket",
    "issue_tokens",
    "may_hand_out",
    "present_actor",
    "present_user",
    "read_session",
    "read_token",
    "redeem_ticket",
    "refresh_tokens",
    "revoke_api_token",
    "revoke_token",
    "signing_in",
]
