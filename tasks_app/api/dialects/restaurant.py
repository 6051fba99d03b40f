"""Source 003: the background tasks of restaurants."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api.parameters import StrictView, takes
from tasks_app.api.serializers import read
from tasks_app.models import Task
from tasks_app.models.dialects import task_status
from tasks_app.models.wire import row_wire

MOST: Final = 500  # tasks in the list, the newest


class OperationSerializer(serializers.Serializer[Any]):
    """The query of the list: tasks of one operation only."""

    operation = serializers.CharField(required=False, allow_blank=True)


class TaskStatusesView(StrictView):
    """`/task-status` and `/task-status?operation=…`."""

    @takes("operation")
    def get(self, request: Request) -> Response:
        """The newest tasks that the caller may see, as `TaskStatus` objects."""
        asked = read(OperationSerializer, request.query_params)
        tasks = Task.objects.visible_to(request.user).for_list()
        if operation := asked.get("operation"):
            tasks = tasks.filter(operation=operation)
        newest = list(tasks.order_by("-created_at", "-id")[:MOST])
        ended = [task.pk for task in newest if task.is_final]
        results = Task.objects.filter(pk__in=ended).small_results()
        return Response([_told(task, results.get(task.pk)) for task in newest])


class TaskStatusView(StrictView):
    """`/task-status/{task_id}`."""

    def get(self, request: Request, pk: UUID) -> Response:
        """One task."""
        visible = Task.objects.visible_to(request.user)
        task = get_object_or_404(visible.select_related("owner"), pk=pk)
        return Response(_told(task, task.result))


def _told(task: Task, result: Any) -> dict[str, Any]:
    return task_status({**row_wire(task), "result": result})


urlpatterns = [
    path("task-status", TaskStatusesView.as_view(), name="task-statuses"),
    path("task-status/<uuid:pk>", TaskStatusView.as_view(), name="task-status"),
]
