"""What a channel needs: an address that may be told, and a secret to sign with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tasks_app.models.alert import ChannelKind

from .addresses import target_of
from .mail import addresses
from .sealing import seal, trouble_with
from .signing import UNSIGNED, new_secret
from .trouble import SendError

if TYPE_CHECKING:
    from tasks_app.models import AlertChannel

MOST: Final = 20  # mail addresses of one channel


def trouble_of(*, kind: str, address: str) -> str:
    """Return in words why nothing can be sent there, or an empty text."""
    if kind == ChannelKind.EMAIL:
        return _trouble_of_mail(addresses(address))
    try:
        target_of(address)
    except SendError as error:
        return str(error)
    return ""


def place_of(channel: AlertChannel) -> str:
    """Return where a channel leads, without the parts of a URL that may be secret."""
    if channel.kind == ChannelKind.EMAIL:
        return channel.address
    try:
        return target_of(channel.address).authority
    except SendError:
        return "An address that may not be told any more"


def give_secret(channel: AlertChannel) -> str:
    """Give the channel a new secret and return it: nothing else ever shows it.

    What is sent from now on is signed with it, what was sent before was with the old.
    """
    secret = new_secret()
    channel.secret = seal(secret)
    channel.save(update_fields=["secret"])
    return secret


def trouble_of_secret(channel: AlertChannel) -> str:
    """Return in words why the secret of a webhook signs nothing, or an empty text."""
    if channel.kind != ChannelKind.WEBHOOK:
        return ""
    return trouble_with(channel.secret) if channel.secret else UNSIGNED


def _trouble_of_mail(found: list[str]) -> str:
    if not 1 <= len(found) <= MOST:
        return f"Enter between one and {MOST} addresses, with commas between them."
    for each in found:
        try:
            validate_email(each)
        except ValidationError:
            return f"“{each[:100]}” is not a mail address, such as ann@example.com."
    return ""
