"""Sends one message over the channel it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks_app.models.alert import ChannelKind
from tasks_app.models.delivery import Occasion

from . import mail, webhook
from .trouble import SendError as SendError

if TYPE_CHECKING:
    from tasks_app.models import Delivery


def send(delivery: Delivery) -> int | None:
    """Send it, and return what an HTTP server answered; raises SendError."""
    channel = delivery.channel
    if channel is None:
        raise SendError("The channel was deleted.", is_final=True)
    if not channel.enabled and delivery.occasion != Occasion.TEST:
        raise SendError("The channel was turned off.", is_final=True)
    if channel.kind == ChannelKind.EMAIL:
        mail.send(delivery, to=channel.address)
        return None
    return webhook.send(delivery, to=channel.address, sealed=channel.secret)
