"""Source 000: the status of an order's file, read and set at one address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api.fields import Text
from tasks_app.api.origin import origin
from tasks_app.api.parameters import StrictView
from tasks_app.api.serializers import StrictSerializer, read
from tasks_app.models import Task
from tasks_app.models.dialects import order_status
from tasks_app.models.wire import row_wire
from tasks_app.operations.orders import status

STATUSES: Final = ("pending", "processing", "completed", "failed")


class StatusSerializer(StrictSerializer):
    """The status wanted; a failure may come with its reason."""

    status = serializers.ChoiceField(choices=STATUSES)
    error_message = Text(
        required=False, allow_blank=True, allow_null=True, max_length=20_000
    )

    def validate(self, attrs: Any) -> Any:
        """Only a failure has a message; raises ValidationError."""
        if attrs.get("error_message") and attrs["status"] != "failed":
            text = "Only the status “failed” comes with an error message."
            raise serializers.ValidationError({"error_message": [text]})
        return attrs


class OrderStatusView(StrictView):
    """`/api/aido-order/status/{taskId}`."""

    acts: ClassVar[Mapping[str, str]] = {"put": "set_status", "patch": "set_status"}

    def get(self, request: Request, pk: UUID) -> Response:
        """Where the task is."""
        return Response(order_status(row_wire(self._task(pk))))

    def put(self, request: Request, pk: UUID) -> Response:
        """Ask for a status, or report it; see `docs/wire.md`."""
        given = read(StatusSerializer, request.data)
        status.put(
            self._task(pk),
            given["status"],
            reason=given.get("error_message") or "",
            user=cast(Any, request.user),
            origin=origin(request),
        )
        return self.get(request, pk)

    patch = put

    def _task(self, pk: UUID) -> Task:
        """Return the task, if the caller may see it or report on it."""
        user = self.request.user
        found = Task.objects.visible_to(user) | Task.objects.reportable_by(user)
        return get_object_or_404(found.for_list(), pk=pk)


urlpatterns = [
    path("api/aido-order/status/<uuid:pk>", OrderStatusView.as_view(), name="order")
]
