"""A task in the words of the systems it came from; see `docs/wire.md`.

Each function folds the task as it is on the wire into the shape a source document
publishes. Members a document marks as optional are left out where there is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tasks_app.statuses import FINAL, Status

ORDER_STATUS: Final[Mapping[str, str]] = {
    Status.PENDING: "pending",
    Status.PROCESSING: "processing",
    Status.PAUSED: "pending",
    Status.COMPLETED: "completed",
    Status.COMPLETED_WITH_ERRORS: "completed",
    Status.FAILED: "failed",
    Status.CANCELLED: "failed",
}
RESTAURANT_STATUS: Final[Mapping[str, str]] = {
    Status.PENDING: "started",
    Status.PROCESSING: "processing",
    Status.PAUSED: "processing",
    Status.COMPLETED: "completed",
    Status.COMPLETED_WITH_ERRORS: "completed_with_errors",
    Status.FAILED: "failed",
    Status.CANCELLED: "failed",
}
CONTRACTS_STATE: Final[Mapping[str, str]] = {
    Status.PENDING: "PENDING",
    Status.PROCESSING: "PROGRESS",
    Status.PAUSED: "PENDING",
    Status.COMPLETED: "SUCCESS",
    Status.COMPLETED_WITH_ERRORS: "SUCCESS",
    Status.FAILED: "FAILURE",
    Status.CANCELLED: "REVOKED",
}


def order_status(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return source 000's status of an order; `error_message` is None without one."""
    return {
        "taskId": task["id"],
        "status": ORDER_STATUS[task["status"]],
        "status_updated_at": task["status_updated_at"],
        "error_message": _error(task) or None,
    }


def task_status(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return source 003's `TaskStatus`; times are Unix seconds."""
    progress, status = task["progress"], RESTAURANT_STATUS[task["status"]]
    begun = progress["current"] or progress["total"] or progress["message"]
    if status == "processing" and task["error_count"]:
        status = "error"  # one occurred, and the task goes on
    elif status == "processing" and not begun:
        status = "started"
    told: dict[str, Any] = {
        "task_id": task["id"],
        "operation": task["operation"],
        "status": status,
        "created_at": seconds(task["created_at"]),
        "updated_at": seconds(task["status_updated_at"]),
    }
    if begun:
        total = progress["total"] or progress["current"]
        told["progress"] = {**_only(progress, "current", "message"), "total": total}
    return told | _outcome(task)


def task_update(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return source 004's `task_update`: a Celery state and a whole percentage."""
    percent = task["progress"]["percent"]
    state = CONTRACTS_STATE[task["status"]]
    if state == "PROGRESS" and percent is None and not task["progress"]["message"]:
        state = "STARTED"
    if state == "SUCCESS":
        percent = 100
    told: dict[str, Any] = {
        "type": "task_update",
        "task_id": task["id"],
        "state": state,
        "status": task["progress"]["message"] or task["status_label"],
    }
    if percent is not None:
        told["progress"] = percent
    return told | _outcome(task)


def task_details(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return source 004's task when it is asked for: its update, and what it is."""
    update = task_update(task)
    return {
        **update,
        "type": task["operation"],
        "created_at": task["created_at"],
        "completed_at": task["finished_at"],
    }


def seconds(moment: str) -> int:
    """Return the Unix time of an ISO 8601 text, in whole seconds."""
    return int(datetime.fromisoformat(moment).timestamp())


def _outcome(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return `result` and `error` where there is one."""
    outcome: dict[str, Any] = {}
    if task["status"] in FINAL and task.get("result") is not None:
        outcome["result"] = task["result"]
    if error := _error(task):
        outcome["error"] = error
    return outcome


def _error(task: Mapping[str, Any]) -> str:
    """Return what went wrong, in a sentence; empty when nothing did."""
    count = task["error_count"]
    if task["status"] == Status.CANCELLED:
        return "The task was cancelled."
    if task["error_message"]:
        return str(task["error_message"])
    return f"{count} error{'s' if count > 1 else ''} noted so far." if count else ""


def _only(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names}
