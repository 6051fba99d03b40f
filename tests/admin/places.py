"""Addresses of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks_app.models import Task

LIST = "/admin/tasks_app/task/"
NEW = f"{LIST}new/"
ACT = f"{LIST}act/"
SCHEDULES = "/admin/tasks_app/schedule/"
DASHBOARD = f"{LIST}dashboard/"


def page_of(task: Task) -> str:
    return f"{LIST}{task.pk}/change/"


def told(response: Any) -> list[str]:
    """The messages on the page that was reached at last."""
    return [str(message) for message in response.context["messages"]]
