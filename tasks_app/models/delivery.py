"""One message to one channel: what it says, and what became of it."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from .alert import AlertChannel
from .clock import DatabaseNow
from .incident import Incident


class Occasion(models.TextChoices):
    """Why a message is sent."""

    OPENED = "opened", "Opened"
    RECOVERED = "recovered", "Recovered"
    TEST = "test", "Test"


class DeliveryStatus(models.TextChoices):
    """Where a message is."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given_up", "Given up"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads only; `operations.alerts` writes."""

    def waiting(self) -> Self:
        """Messages whose next try is due, unless an earlier one has to come first."""
        return self.filter(status=DeliveryStatus.WAITING, next_at__lte=DatabaseNow())

    def due(self) -> Self:
        """Messages to send now, to channels that are on; the oldest first.

        That it is over is not told before that it began.
        """
        earlier = Delivery.objects.filter(
            incident=OuterRef("incident"),
            channel=OuterRef("channel"),
            occasion=Occasion.OPENED,
            status=DeliveryStatus.WAITING,
        )
        waiting = self.waiting().filter(channel__isnull=False)
        is_early = Q(occasion=Occasion.RECOVERED) & Exists(earlier)
        return waiting.exclude(is_early).order_by("created_at", "pk")


class Delivery(models.Model):
    """At most one for each occasion of an incident and channel.

    `next_at` is when it is to be tried; who tries moves it on first, so that nobody
    else does. The id goes with the message: one that comes twice has the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, models.CASCADE, null=True, related_name="deliveries"
    )
    channel = models.ForeignKey(
        AlertChannel, models.SET_NULL, null=True, related_name="deliveries"
    )
    to = models.CharField(max_length=100)  # the channel's name, which it may outlive
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    message = models.JSONField(default=dict)  # what it says, as it was then
    status = models.CharField(
        max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING
    )
    attempts = models.PositiveIntegerField("tries", default=0)
    next_at = models.DateTimeField("next try", db_default=DatabaseNow())
    code = models.PositiveIntegerField("answer", null=True)
    error = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField("created", db_default=DatabaseNow())
    tried_at = models.DateTimeField("last try", null=True)
    delivered_at = models.DateTimeField("delivered", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "alert delivery"
        verbose_name_plural = "alert deliveries"
        default_permissions = ("view",)
        permissions = [("retry_delivery", "Can retry alert deliveries")]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "channel", "occasion"], name="delivery_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(status="waiting"),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["channel", "created_at", "id"],
                condition=Q(status="waiting"),
                name="delivery_next",
            ),
            models.Index(fields=["-created_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.message.get('title', '')}"
