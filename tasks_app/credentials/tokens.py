"""Tokens of API clients: an access token for minutes, a refresh token to renew it.

Of a refresh token the database knows the id only: who reads the table cannot sign in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction
from django.db.models import Q
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import (
    BlacklistedToken,
    OutstandingToken,
)
from rest_framework_simplejwt.tokens import AccessToken, Token

from tasks_app import audit

from .credential import Credential, CredentialError, present_user, proof_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST: Final = 4096  # characters; ours have about 500
SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
SWEPT: Final = 100  # expired tokens deleted whenever one is issued
SPARED: Final = timedelta(minutes=1)  # another host's clock may still let it pass
PROOF: Final = "proof"  # claim that a new password makes wrong

Kind = TypeVar("Kind", bound=Token)


class RefreshToken(Token):
    """Not the library's: that one writes its whole text into the database."""

    token_type = "refresh"  # noqa: S105 - the name of a kind
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class Tokens:
    """What somebody who signed in gets."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int  # seconds, of the access token


def read_token(text: str) -> Credential:
    """Return whom the access token `text` stands for; raises CredentialError.

    Costs one query.
    """
    token = _decode(AccessToken, text)
    expires_at = datetime.fromtimestamp(token["exp"], tz=UTC)
    return Credential(user=_user_of(token), expires_at=expires_at)


def issue_tokens(user: User) -> Tokens:
    """Return new tokens for `user`, who has just proved to be themselves."""
    access, refresh = _sign(AccessToken, user), _sign(RefreshToken, user)
    with transaction.atomic():
        _sweep(user, before=refresh.current_time - SPARED)
        OutstandingToken.objects.create(
            user=user,
            jti=refresh["jti"],
            created_at=refresh.current_time,
            expires_at=datetime.fromtimestamp(refresh["exp"], tz=UTC),
        )
    audit.record("issue_tokens", who=user.get_username(), outcome="done")
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME
    return Tokens(
        access=str(access),
        refresh=str(refresh),
        expires_in=int(lifetime.total_seconds()),
    )


@transaction.atomic
def refresh_tokens(text: str) -> Tokens:
    """Return new tokens for the refresh token `text`, which counts no more.

    Raises CredentialError, also for a token that was used or revoked.
    """
    token = _decode(RefreshToken, text)
    user = _user_of(token)
    if not _use_up(token):
        raise CredentialError("token_invalid")
    return issue_tokens(user)


def revoke_token(text: str) -> None:
    """Make the refresh token `text` count no more; raises CredentialError.

    One that was used or revoked before stays so, without an error.
    """
    token = _decode(RefreshToken, text)
    _use_up(token)
    owner = token.get(api_settings.USER_ID_CLAIM, "")
    audit.record("revoke_tokens", who="", outcome="done", user_id=owner)


def _decode(kind: type[Kind], text: str) -> Kind:
    if len(text) > LONGEST or not SHAPE.fullmatch(text):
        raise CredentialError("token_invalid")
    try:
        return kind(text)  # type: ignore[arg-type]  # the library means its text
    except ExpiredTokenError:
        raise CredentialError("token_expired") from None
    except TokenError:
        raise CredentialError("token_invalid") from None


def _sign(kind: type[Kind], user: User) -> Kind:
    token = kind.for_user(user)
    token[PROOF] = proof_of(user)
    return token


def _user_of(token: Token) -> User:
    user_id = token.get(api_settings.USER_ID_CLAIM, 0)
    user = present_user(user_id, proof=token.get(PROOF))
    if user is None:
        raise CredentialError("token_invalid")
    return user


def _sweep(user: User, *, before: datetime) -> None:
    """Delete some expired tokens of `user`, and some whose user is gone."""
    theirs = OutstandingToken.objects.filter(Q(user=user) | Q(user=None))
    expired = theirs.filter(expires_at__lte=before).order_by("pk")
    free = expired.select_for_update(skip_locked=True).values_list("pk", flat=True)
    OutstandingToken.objects.filter(pk__in=list(free[:SWEPT])).delete()


def _use_up(token: Token) -> bool:
    """Whether this is the first use; one row for each token decides a race."""
    issued = OutstandingToken.objects.filter(jti=token["jti"]).first()
    if issued is None:
        return False
    _, first = BlacklistedToken.objects.get_or_create(token=issued)
    return first
