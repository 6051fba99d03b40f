"""The interfaces of source systems, in their own words."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from tasks_app.api.dialects import contracts, orders
from tasks_app.api.schema.shapes import ArtifactShape, Shape, anything, text
from tasks_app.models.dialects import CONTRACTS_STATE, RESTAURANT_STATUS
from tasks_app.operations import registry

from .call import JSON, KEY, Answer, Call, Schema, narrowing, query

TAGS: Final = {"Dialects": "For programs written for the source systems."}


class TaskProgressShape(Shape):
    """How far a task is."""

    current = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0)
    message = serializers.CharField(allow_blank=True)


class TaskStatusShape(Shape):
    """A task; times are Unix seconds. What there is nothing of is left out."""

    task_id = serializers.UUIDField()
    operation = serializers.CharField()
    status = serializers.ChoiceField(sorted({*RESTAURANT_STATUS.values(), "error"}))
    created_at = serializers.IntegerField(min_value=0)
    updated_at = serializers.IntegerField(min_value=0)
    progress = TaskProgressShape(required=False)
    result = anything(required=False)
    error = serializers.CharField(required=False)


class OrderShape(Shape):
    """The status of an order."""

    taskId = serializers.UUIDField()  # noqa: N815  its source writes it so
    status = serializers.ChoiceField(orders.STATUSES)
    status_updated_at = serializers.DateTimeField()
    error_message = serializers.CharField(allow_null=True)


class ContractTaskShape(Shape):
    """A task with Celery's states. What there is nothing of is left out."""

    type = serializers.CharField()
    task_id = serializers.UUIDField()
    state = serializers.ChoiceField(sorted({*CONTRACTS_STATE.values(), "STARTED"}))
    status = text()
    progress = serializers.IntegerField(min_value=0, max_value=100, required=False)
    result = anything(required=False)
    error = serializers.CharField(required=False)
    created_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)


class ContractTaskWithFilesShape(ContractTaskShape):
    """A task with the files it left."""

    artifacts = ArtifactShape(many=True)


class ContractTasksShape(Shape):
    """The tasks that have not ended."""

    tasks = ContractTaskShape(many=True)


class QueuedShape(Shape):
    """A task that waits."""

    status = serializers.ChoiceField(["queued"])
    task_id = serializers.UUIDField()


class QueuedExportShape(QueuedShape):
    """An export that waits."""

    export_id = serializers.CharField()


class CancelledShape(Shape):
    """A task that was called off; `cancelling` until its worker has seen it."""

    status = serializers.ChoiceField(["cancelled", "cancelling"])
    task_id = serializers.UUIDField()


ORDER: Final = "/api/aido-order/status/{id}"
CONTRACTS: Final = f"/{contracts.ROOT}"
TASK_ID: Final = query(
    "task_id", {"type": "string", "format": "uuid"}, "The task.", required=True
)


def submitting(name: str, view: type[contracts.SubmitView], shape: Any) -> Call:
    """Return the call that submits one operation of contracts."""

    def params(fields: Schema, user: Any) -> Schema:
        known = {kind.name: kind.params for kind in registry.every(user=user)}
        return known.get(view.operation, {"type": "object"})

    return Call(
        f"POST {CONTRACTS}/{name}/",
        f"submit_{name}",
        view.summary,
        {200: Answer("It waits.", shape)},
        tag="Dialects",
        query=(KEY,),
        body={JSON: params},
        problems=(422,),
    )


def ordering(method: str, name: str) -> Call:
    """Return a call that sets the status of an order."""
    return Call(
        f"{method} {ORDER}",
        name,
        "Set the status of an order",
        {200: Answer("The status as it is now.", OrderShape)},
        tag="Dialects",
        text="What is asked for must be legal, else 409.",
        body={JSON: orders.StatusSerializer},
        problems=(409,),
    )


CALLS: Final = (
    Call(
        "GET /task-status",
        "list_task_statuses",
        "List the newest tasks",
        {200: Answer("At most 500 tasks.", TaskStatusShape(many=True))},
        tag="Dialects",
        query=(narrowing("operation", {"type": "string"}, "Tasks of this one only."),),
    ),
    Call(
        "GET /task-status/{id}",
        "read_task_status",
        "Read a task",
        {200: Answer("The task.", TaskStatusShape)},
        tag="Dialects",
    ),
    Call(
        f"GET {ORDER}",
        "read_order",
        "Read the status of an order",
        {200: Answer("The status.", OrderShape)},
        tag="Dialects",
    ),
    ordering("PUT", "set_order"),
    ordering("PATCH", "change_order"),
    submitting("export", contracts.ExportView, QueuedExportShape),
    submitting("aggregates", contracts.AggregatesView, QueuedShape),
    submitting("search", contracts.SearchView, QueuedShape),
    Call(
        f"GET {CONTRACTS}/status/",
        "read_contract_task",
        "Read a task",
        {200: Answer("The task.", ContractTaskWithFilesShape)},
        tag="Dialects",
        query=(TASK_ID,),
        problems=(404,),
    ),
    Call(
        f"GET {CONTRACTS}/active/",
        "list_active_contract_tasks",
        "List tasks that have not ended",
        {200: Answer("At most 500 tasks.", ContractTasksShape)},
        tag="Dialects",
    ),
    Call(
        f"POST {CONTRACTS}/cancel/",
        "cancel_contract_task",
        "Cancel a task",
        {200: Answer("It is called off, or will be.", CancelledShape)},
        tag="Dialects",
        body={JSON: contracts.TaskIdSerializer},
        problems=(404, 409),
    ),
)
