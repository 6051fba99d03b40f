"""Source 000: the status of an order's file, read and set at one address."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks_app import lifecycle
from tasks_app.api.serializers import StrictSerializer
from tasks_app.api.tasks import origin
from tasks_app.errors import IllegalTransitionError
from tasks_app.models import Task
from tasks_app.models.dialects import order_status
from tasks_app.models.wire import row_wire
from tasks_app.operations import submission

STATUSES: Final = ("pending", "processing", "completed", "failed")
# What people ask for with a status; the others are reported by whoever does the work.
VERB_OF: Final = {"pending": "retry", "failed": "cancel"}


class StatusSerializer(StrictSerializer):
    """The status wanted; a failure may come with its reason."""

    status = serializers.ChoiceField(choices=STATUSES)
    error_message = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=20_000
    )

    def validate(self, attrs: Any) -> Any:
        """Only a failure has a message; raises ValidationError."""
        if attrs.get("error_message") and attrs["status"] != "failed":
            text = "Only the status “failed” comes with an error message."
            raise serializers.ValidationError({"error_message": [text]})
        return attrs


class OrderStatusView(APIView):
    """`/api/aido-order/status/{taskId}`."""

    def get(self, request: Request, pk: UUID) -> Response:
        """Where the task is."""
        return Response(order_status(row_wire(self._task(pk))))

    def put(self, request: Request, pk: UUID) -> Response:
        """Ask for a status: `pending` retries, `failed` cancels; see `docs/wire.md`."""
        asked = StatusSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        task = self._task(pk)
        wanted = asked.validated_data["status"]
        verb = VERB_OF.get(wanted)
        if verb and not task.permits(request.user, verb):
            self.permission_denied(request, f"You may not {verb} this task.")
        if order_status(row_wire(task))["status"] != wanted:  # else it was asked before
            reason = asked.validated_data.get("error_message") or ""
            _ask(task, wanted, reason, request)
        return self.get(request, pk)

    patch = put

    def _task(self, pk: UUID) -> Task:
        visible = Task.objects.visible_to(self.request.user).for_list()
        return get_object_or_404(visible, pk=pk)


def _ask(task: Task, wanted: str, reason: str, request: Request) -> None:
    if wanted == "pending":
        submission.retry(task, origin=origin(request))
    elif wanted == "failed":
        lifecycle.cancel(task, origin=origin(request), reason=reason)
    else:
        raise IllegalTransitionError(
            f"set to {wanted}", status=task.status, actions=task.legal_actions
        )


urlpatterns = [
    path("api/aido-order/status/<uuid:pk>", OrderStatusView.as_view(), name="order")
]
