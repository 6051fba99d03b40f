"""Who a person of the identity provider is here: a user of their own, never a namesake.

They are known by issuer and subject. Their name is only what they are called.
"""

from __future__ import annotations

import logging
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from tasks_app.models import Identity

from .credential import CredentialError

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger("sightline.identity")

NOT_IN_NAMES: Final = re.compile(r"[^\w.@+-]")
LONGEST_NAME, LONGEST_SUBJECT = 150, 255
RACES: Final = 3  # in which others may take the name, or be the same person


def user_of(claims: dict[str, Any]) -> User:
    """Return the user of verified `claims`, made at first sight.

    Raises CredentialError for a user who is not active, and for a subject that no
    provider may send.
    """
    identity = _find(claims) or _meet(claims)
    user = identity.user
    if not user.is_active:
        raise CredentialError("token_invalid")
    if identity.told_at < _issued_at(claims):
        _follow(identity, claims)
    return user


def _find(claims: dict[str, Any]) -> Identity | None:
    subject: str = claims["sub"]
    if not (0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()):
        raise CredentialError("token_invalid")
    known = Identity.objects.select_related("user")
    return known.filter(issuer=claims["iss"], subject=subject).first()


def _meet(claims: dict[str, Any]) -> Identity:
    """Make a user; of several requests that do so at once, one has its way."""
    for _ in range(RACES):
        user = User(username=_free_name(claims.get(settings.OIDC["NAME_CLAIM"])))
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save()
                identity = Identity.objects.create(
                    issuer=claims["iss"], subject=claims["sub"], user=user
                )
            logger.info("%s came from the identity provider", user.username)
            return identity
        except IntegrityError:
            if found := _find(claims):
                return found
    raise CredentialError("identity_unavailable")


def _free_name(called: Any) -> str:
    """Return a name that nobody has, in no spelling: what is claimed, if it is free."""
    wanted = User.normalize_username(called) if isinstance(called, str) else ""
    name = NOT_IN_NAMES.sub("", wanted)[:LONGEST_NAME] or "user"
    if not User.objects.filter(username__iexact=name).exists():
        return name
    return f"{name[: LONGEST_NAME - 9]}-{secrets.token_hex(4)}"


def _follow(identity: Identity, claims: dict[str, Any]) -> None:
    """Give the user what the newest token says they have; older ones change nothing."""
    issued_at = _issued_at(claims)
    older = Identity.objects.filter(pk=identity.pk, told_at__lt=issued_at)
    values = _values(claims.get(settings.OIDC["GROUPS_CLAIM"]))
    with transaction.atomic():
        if not older.update(told_at=issued_at):
            return
        _set_groups(identity.user, values)
        _set_staff(identity.user, values)


def _set_groups(user: User, values: set[str]) -> None:
    """Add and remove groups; those that the settings do not name stay as they are."""
    names: dict[str, str] = settings.OIDC["GROUPS"]
    ours = {
        group.name: group for group in Group.objects.filter(name__in=names.values())
    }
    if missing := set(names.values()) - set(ours):
        logger.warning("OIDC_GROUPS names groups that do not exist: %r", missing)
    wanted = {name for value, name in names.items() if value in values}
    has = set(user.groups.filter(name__in=ours).values_list("name", flat=True))
    if wanted != has:
        user.groups.add(*_of(ours, wanted - has))
        user.groups.remove(*_of(ours, has - wanted))
        logger.info("%s is now in %s, not in %s", user, wanted, has - wanted)


def _set_staff(user: User, values: set[str]) -> None:
    """Let in the admin who should be, if the settings say who."""
    staff = settings.OIDC["STAFF"]
    if staff and user.is_staff == values.isdisjoint(staff):
        user.is_staff = not user.is_staff
        user.save(update_fields=["is_staff"])


def _of(groups: dict[str, Group], names: Iterable[str]) -> list[Group]:
    return [groups[name] for name in names if name in groups]


def _values(claim: Any) -> set[str]:
    """Return the values of a claim: none, one, or a list."""
    listed = claim if isinstance(claim, list) else [claim]
    return {value for value in listed if isinstance(value, str)}


def _issued_at(claims: dict[str, Any]) -> int:
    return max(1, int(claims["iat"]))
