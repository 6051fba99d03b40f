"""Tokens that let other services act as a user until they are revoked.

A token can do whatever its user can, so only who could do all of that may make it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from tasks_app import audit
from tasks_app.models import ApiToken
from tasks_app.models.clock import DatabaseNow
from tasks_app.models.permitted import PERMISSION_OF

from .credential import Credential, CredentialError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PREFIX: Final = "sightline_"  # by which programs that look for leaked secrets know it
LETTERS: Final = string.ascii_letters + string.digits
LENGTH: Final = 43  # 256 bits
SHAPE: Final = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{LENGTH}}}")
NOTED: Final = timedelta(minutes=1)  # how exactly the last use is known
# What people may do with tasks of their own, and others with these permissions.
OWNING: Final = frozenset(
    {"tasks_app.view_task", "tasks_app.view_task_payload", *PERMISSION_OF.values()}
)


def may_hand_out(giver: User, user: User) -> bool:
    """Whether `giver` could do all that a token of `user` lets a service do."""
    if not (giver.is_active and user.is_active):
        return False
    if giver.is_superuser or giver.pk == user.pk:
        return True
    if user.is_superuser or not giver.is_staff:
        return False
    return giver.get_all_permissions() >= OWNING | user.get_all_permissions()


def issue_api_token(token: ApiToken, *, created_by: User) -> str:
    """Save the new `token` and return its text, which nobody can ever read again.

    Raises PermissionDenied when `created_by` may not hand out the rights of its user.
    """
    if not may_hand_out(created_by, token.user):
        raise PermissionDenied
    text = PREFIX + "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    token.digest, token.created_by = _digest(text), created_by
    token.save(force_insert=True)
    who, whose = created_by.get_username(), token.user.get_username()
    audit.record(
        "issue_api_token", who=who, outcome="done", named=token.name, acts_as=whose
    )
    return text


def read_api_token(text: str) -> Credential:
    """Return whom the API token `text` stands for; raises CredentialError.

    Costs one query, and once a minute another.
    """
    if not SHAPE.fullmatch(text):
        raise CredentialError("token_invalid")
    token = ApiToken.objects.valid().filter(digest=_digest(text)).first()
    if token is None or not _counts(token):
        raise CredentialError("token_invalid")
    if token.last_used_at is None or token.last_used_at < timezone.now() - NOTED:
        _note_use(token)
    return Credential(
        user=token.user, expires_at=token.expires_at, api_token_id=token.pk
    )


def present_actor(api_token_id: int) -> User | None:
    """Return the user of an API token as they are now; None when it counts no more.

    Costs one query.
    """
    token = ApiToken.objects.valid().filter(pk=api_token_id).first()
    return token.user if token is not None and _counts(token) else None


def revoke_api_token(token: ApiToken) -> bool:
    """Make `token` count no more, at once; False when it was revoked before."""
    live = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    return bool(live.update(revoked_at=DatabaseNow()))


def _counts(token: ApiToken) -> bool:
    """Whether its user may act; a token made by less than a superuser is never one's.

    Its user may have been made a superuser since.
    """
    maker = token.created_by
    if token.user.is_superuser and (maker is None or not maker.is_superuser):
        return False
    return token.user.is_active


def _note_use(token: ApiToken) -> None:
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=DatabaseNow() - NOTED)
    ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=DatabaseNow())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
