"""The pages of deliveries: which message went where, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.utils import timezone

from tasks_app.admin.words import ago, lasting
from tasks_app.models import Delivery
from tasks_app.models.delivery import DeliveryStatus
from tasks_app.operations import alerts

from .buttons import WrittenByTheKeeper

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FOLDER = "admin/tasks_app/delivery"


@admin.register(Delivery)
class DeliveryAdmin(WrittenByTheKeeper):
    """Deliveries are looked at, and those that were given up sent again."""

    buttons: ClassVar[dict[str, str]] = {"retry": "retry_delivery"}
    empty = "Nothing was sent so far. The page of a channel can send a test."
    change_form_template = f"{FOLDER}/change_form.html"
    list_display = ("said", "to", "standing", "attempts", "created_at")
    list_filter = ("status", "occasion", "channel")
    ordering = ("-created_at", "-pk")
    fields = (
        *("to", "standing", "error", "code", "attempts", "created_at"),
        *("tried_at", "delivered_at", "incident", "id"),
    )
    readonly_fields = fields

    @admin.display(description="message")
    def said(self, delivery: Delivery) -> str:
        """What the message is about."""
        return str(delivery)

    @admin.display(description="status", ordering="status")
    def standing(self, delivery: Delivery) -> str:
        """Where it is, in words."""
        if delivery.status == DeliveryStatus.DELIVERED and delivery.delivered_at:
            return f"Delivered {ago(delivery.delivered_at)}"
        if delivery.status == DeliveryStatus.GIVEN_UP:
            return "Given up"
        rest = delivery.next_at - timezone.now()
        if rest.total_seconds() <= 0:
            return "Waiting for the keeper"
        return f"Waiting, next try in {lasting(rest)}"

    def context_of(self, request: HttpRequest, pk: str) -> dict[str, Any]:
        """Let the page know what can be sent again."""
        return {"title": "Alert delivery", "given_up": DeliveryStatus.GIVEN_UP}

    def press_retry(self, request: HttpRequest, delivery: Delivery) -> HttpResponse:
        """Begin anew with a message that was given up."""
        if alerts.send_again(delivery.pk):
            self.log_change(request, delivery, "Sent again.")
            self.message_user(request, "It is tried again.", messages.SUCCESS)
        return self.back(delivery)
