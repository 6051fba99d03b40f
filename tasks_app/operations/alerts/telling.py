"""Writes down what is to be told to whom; the courier carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone

from tasks_app.conf import setting
from tasks_app.models import AlertChannel, Delivery
from tasks_app.models.delivery import Occasion
from tasks_app.models.wire import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks_app.models import Incident

PAGE: Final = "admin:tasks_app_incident_change"
TYPES: Final = {
    Occasion.OPENED: "incident.opened",
    Occasion.RECOVERED: "incident.recovered",
    Occasion.TEST: "channel.test",
}


def announce(incident: Incident, occasion: Occasion) -> None:
    """Write a message to each channel that is to know; belongs into a transaction."""
    message = {
        "type": TYPES[occasion],
        "timestamp": iso(timezone.now()),
        "title": incident.title,
        "incident": incident.pk,
        "key": incident.key,
        "facts": incident.facts,
        "opened_at": iso(incident.opened_at),
        "recovered_at": iso(incident.recovered_at) if incident.recovered_at else None,
        "url": _url(incident),
    }
    Delivery.objects.bulk_create(
        Delivery(
            incident=incident,
            channel=channel,
            to=channel.name,
            occasion=occasion,
            message=message,
        )
        for channel in _channels(incident, occasion)
    )


def send_test(channel: AlertChannel) -> Delivery:
    """Write a message that says only that it is a test, and return it."""
    message = {
        "type": TYPES[Occasion.TEST],
        "timestamp": iso(timezone.now()),
        "title": "This is a test",
        "facts": {"Meaning": "Alerts of Sightline reach you. Nothing is wrong."},
    }
    return Delivery.objects.create(
        channel=channel, to=channel.name, occasion=Occasion.TEST, message=message
    )


def _channels(incident: Incident, occasion: Occasion) -> Iterable[AlertChannel]:
    """Return who is told: of the end those who were told of the beginning."""
    channels = AlertChannel.objects.filter(enabled=True)
    if occasion == Occasion.RECOVERED:
        told = incident.deliveries.filter(occasion=Occasion.OPENED)
        return channels.filter(pk__in=told.values("channel"))
    return channels.filter(rules=incident.rule) if incident.rule else channels


def _url(incident: Incident) -> str:
    site: Any = setting("SITE_URL").rstrip("/")
    return f"{site}{reverse(PAGE, args=[incident.pk])}" if site else ""
