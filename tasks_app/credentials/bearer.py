"""Which kind of token somebody shows; each kind is verified in its own way."""

from __future__ import annotations

from .api_tokens import PREFIX, read_api_token
from .credential import Credential
from .oidc import is_foreign, read_foreign_token
from .tokens import read_access_token


def read_token(text: str) -> Credential:
    """Return whom the bearer token `text` stands for; raises CredentialError.

    What it looks like decides only who is asked: an API token, a token signed as the
    identity provider signs, or one of ours.
    """
    if text.startswith(PREFIX):
        return read_api_token(text)
    if is_foreign(text):
        return read_foreign_token(text)
    return read_access_token(text)
