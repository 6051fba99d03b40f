"""Tokens of API clients: an access token for minutes, a refresh token to renew it.

Each refresh token counts once. One that comes back was copied, by its owner or by a
thief: the whole chain that a sign-in began ends with it (RFC 9700, 4.14.2).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, Token

from tasks_app import audit
from tasks_app.models import SignIn

from .credential import Credential, CredentialError, present_user, proof_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST: Final = 4096  # characters; ours have about 500
SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
SWEPT: Final = 100  # chains past their end deleted whenever one is begun
SPARED: Final = timedelta(minutes=1)  # another host's clock may still let it pass
PROOF: Final = "proof"  # claim that a new password makes wrong
CHAIN: Final = "chain"  # claim: the sign-in that a refresh token comes from
BEGAN: Final = "auth_time"  # claim: when that was

Kind = TypeVar("Kind", bound=Token)


class RefreshToken(Token):
    """Not the library's: that one keeps every token in the database, text and all."""

    token_type = "refresh"  # noqa: S105 - the name of a kind
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class Tokens:
    """What somebody who signed in gets."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int  # seconds, of the access token


def read_access_token(text: str) -> Credential:
    """Return whom the access token `text` stands for; raises CredentialError.

    Costs one query.
    """
    token = _decode(AccessToken, text)
    return Credential(user=_user_of(token), expires_at=_end_of(token))


def issue_tokens(user: User) -> Tokens:
    """Return new tokens for `user`, who has just proved to be themselves."""
    chain = uuid.uuid4()
    refresh = _refresh(user, chain=str(chain), began=int(datetime.now(UTC).timestamp()))
    with transaction.atomic():
        _sweep(before=refresh.current_time - SPARED)
        SignIn.objects.create(
            pk=chain, user=user, newest=refresh["jti"], expires_at=_end_of(refresh)
        )
    return _pair(user, refresh)


def refresh_tokens(text: str) -> Tokens:
    """Return new tokens for the refresh token `text`, which counts no more.

    Raises CredentialError. A token that was used before ends its whole chain.
    """
    token = _decode(RefreshToken, text)
    user = _user_of(token)
    newer = _refresh(user, chain=token.get(CHAIN), began=token.get(BEGAN, 0))
    begun = SignIn.objects.filter(pk=token.get(CHAIN))
    mine = begun.filter(newest=token["jti"])
    # Of all who hold the newest, one replaces it.
    if not mine.update(newest=newer["jti"], expires_at=_end_of(newer)):
        begun.delete()
        audit.record("refresh_tokens", who=user.get_username(), outcome="refused")
        raise CredentialError("token_invalid")
    return _pair(user, newer)


def revoke_token(text: str) -> None:
    """End the chain of the refresh token `text`; raises CredentialError.

    One that has ended before stays so, without an error.
    """
    token = _decode(RefreshToken, text)
    SignIn.objects.filter(pk=token.get(CHAIN)).delete()
    owner = get_user_model().objects.filter(pk=token.get(api_settings.USER_ID_CLAIM))
    name = owner.values_list("username", flat=True).first() or ""
    audit.record("revoke_tokens", who=name, outcome="done")


def _refresh(user: User, *, chain: Any, began: int) -> RefreshToken:
    """Return a refresh token; however young, it ends with the chain."""
    token = _sign(RefreshToken, user)
    last = began + int(settings.REFRESH_CHAIN_LIFETIME.total_seconds())
    token["exp"] = min(token["exp"], last)
    token[CHAIN], token[BEGAN] = chain, began
    return token


def _pair(user: User, refresh: RefreshToken) -> Tokens:
    audit.record("issue_tokens", who=user.get_username(), outcome="done")
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME
    return Tokens(
        access=str(_sign(AccessToken, user)),
        refresh=str(refresh),
        expires_in=int(lifetime.total_seconds()),
    )


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


def _end_of(token: Token) -> datetime:
    return datetime.fromtimestamp(token["exp"], tz=UTC)


def _sweep(*, before: datetime) -> None:
    """Delete some chains whose newest token has expired, whoever began them.

    Their people may never come back; whoever signs in next clears up after them.
    """
    ended = SignIn.objects.filter(expires_at__lte=before).order_by("expires_at")
    free = ended.select_for_update(skip_locked=True).values_list("pk", flat=True)
    if found := list(free[:SWEPT]):
        SignIn.objects.filter(pk__in=found).delete()
