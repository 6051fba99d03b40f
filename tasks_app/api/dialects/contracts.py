"""Source 004: exports, aggregates and searches of contracts, with Celery's states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, cast

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api.origin import idempotency_key, origin
from tasks_app.api.parameters import StrictView, takes
from tasks_app.api.serializers import StrictSerializer, read
from tasks_app.models import Task
from tasks_app.models.dialects import task_details
from tasks_app.models.wire import artifacts_wire, row_wire
from tasks_app.operations import registry, steering, submission
from tasks_app.statuses import FINAL, Status
from tasks_app.trace import current

ROOT: Final = "api/v1/data-processing/tasks"
MOST: Final = 500  # tasks in the list, the newest


class MissingOperationError(APIException):
    """This installation has no operation of that name."""

    status_code = 503
    default_code = "operation_unavailable"


class TaskIdSerializer(StrictSerializer):
    """The task that is asked for, in a query or a body."""

    task_id = serializers.UUIDField()


class SubmitView(StrictView):
    """Submits one operation; the body holds its parameters."""

    limit = "submit"
    acts: ClassVar[Mapping[str, str]] = {"post": "submit"}
    operation: ClassVar[str]
    summary: ClassVar[str]

    def post(self, request: Request) -> Response:
        """The id of the queued task; 503 while nobody has brought the operation."""
        if self.operation not in {known.name for known in registry.every()}:
            text = f"The operation “{self.operation}” is not installed here."
            raise MissingOperationError(text)
        task = submission.submit(
            operation=self.operation,
            params=cast(Any, request.data),
            owner=cast(Any, request.user),
            origin=origin(request),
            idempotency_key=idempotency_key(request),
        )
        return Response(self.told(task))

    def told(self, task: Task) -> dict[str, str]:
        """Return the answer."""
        current().task = str(task.pk)
        return {"status": "queued", "task_id": str(task.pk)}


class ExportView(SubmitView):
    """`export/`: contracts as an Excel file."""

    operation = "contracts.export"
    summary = "Export contracts"

    def told(self, task: Task) -> dict[str, str]:
        """Return the answer, with a name for the file that is to come."""
        return {**super().told(task), "export_id": f"export-{task.pk}"}


class AggregatesView(SubmitView):
    """`aggregates/`: sums over many contracts."""

    operation = "contracts.aggregate"
    summary = "Aggregate contracts"


class SearchView(SubmitView):
    """`search/`: through all contracts."""

    operation = "contracts.search"
    summary = "Search contracts"


class StatusView(StrictView):
    """`status/?task_id=…`."""

    @takes("task_id")
    def get(self, request: Request) -> Response:
        """Where one task is."""
        task = _task(request, request.query_params.dict())
        artifacts = artifacts_wire(task, task.artifacts.all())
        return Response({**_told(task, task.result), "artifacts": artifacts})


class ActiveView(StrictView):
    """`active/`."""

    def get(self, request: Request) -> Response:
        """The newest tasks that have not ended, of those the caller may see."""
        tasks = (
            Task.objects.visible_to(request.user).for_list().exclude(status__in=FINAL)
        )
        newest = tasks.order_by("-created_at", "-id")[:MOST]
        return Response({"tasks": [_told(task, None) for task in newest]})


class CancelView(StrictView):
    """`cancel/`."""

    acts: ClassVar[Mapping[str, str]] = {"post": "cancel"}

    def post(self, request: Request) -> Response:
        """`cancelled`, or `cancelling` until the worker has seen it."""
        task = _task(request, request.data)
        user = cast(Any, request.user)
        task = steering.ask(task, "cancel", user=user, origin=origin(request))
        is_over = task.status == Status.CANCELLED
        word = "cancelled" if is_over else "cancelling"
        return Response({"status": word, "task_id": str(task.pk)})


def _task(request: Request, named: Any) -> Task:
    asked = read(TaskIdSerializer, named)
    current().task = str(asked["task_id"])
    visible = Task.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(visible, pk=asked["task_id"])


def _told(task: Task, result: Any) -> dict[str, Any]:
    return task_details({**row_wire(task), "result": result})


urlpatterns = [
    path(f"{ROOT}/export/", ExportView.as_view(), name="contracts-export"),
    path(f"{ROOT}/aggregates/", AggregatesView.as_view(), name="contracts-aggregates"),
    path(f"{ROOT}/search/", SearchView.as_view(), name="contracts-search"),
    path(f"{ROOT}/cancel/", CancelView.as_view(), name="contracts-cancel"),
    path(f"{ROOT}/status/", StatusView.as_view(), name="contracts-status"),
    path(f"{ROOT}/active/", ActiveView.as_view(), name="contracts-active"),
]
