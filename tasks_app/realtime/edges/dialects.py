"""The sockets of two source systems: every visible task, in their own words."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tasks_app.models.dialects import task_status, task_update
from tasks_app.realtime.hub.hub import hub
from tasks_app.realtime.hub.watching import look
from tasks_app.realtime.subscriptions import BadMessageError, ByFilter, ById

from .sockets import Socket

if TYPE_CHECKING:
    from tasks_app.realtime.delivery.cohort import Batch
    from tasks_app.realtime.delivery.news import News
    from tasks_app.realtime.delivery.viewer import Viewer

EVERYTHING: Final = ByFilter()
Make = Callable[[Mapping[str, Any]], dict[str, Any]]


def status_message(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return source 003's message about a task."""
    return {"type": "task_status", "payload": task_status(task)}


class Plain:
    """One message for each change of a task, and no others."""

    def __init__(self, make: Make) -> None:
        self.make = make

    def updates(self, viewer: Viewer, waiting: Batch) -> Iterator[str]:
        """One message for each task."""
        for news, _ in waiting.values():
            yield news.once(self.make)

    def removals(
        self, viewer: Viewer, removed: set[str], *, last: bool
    ) -> Iterator[str]:
        """Nothing: the documents know no removal."""
        return iter(())

    def notes(self, viewer: Viewer, ended: list[News]) -> Iterator[str]:
        """Nothing."""
        return iter(())

    def message(self, kind: str, fields: dict[str, Any]) -> str:
        """Nothing."""
        return ""


class TaskStatusConsumer(Socket):
    """Source 003: `/ws/task-status/`."""

    kind = "task-status"
    speech = Plain(status_message)

    async def greet(self, viewer: Viewer) -> None:
        """Tell where the newest tasks are, the oldest of them first."""
        hub().subscribe(viewer, "all", EVERYTHING)
        seen = await look(viewer, EVERYTHING)
        for task in reversed(seen.tasks):
            viewer.line.tell(json.dumps(status_message(task)))
        hub().showed(viewer, EVERYTHING, seen.versions)

    async def answer(self, message: dict[str, Any], viewer: Viewer) -> None:
        """Take a sign of life; the document knows no messages from the client."""

    def refuse(self, message: dict[str, Any], detail: str, viewer: Viewer) -> None:
        """Nothing can be refused."""


class TasksStatusConsumer(Socket):
    """Source 004: `/ws/tasks/status/`."""

    kind = "tasks-status"
    speech = Plain(task_update)

    async def greet(self, viewer: Viewer) -> None:
        """Say hello in the document's words; changes follow without being asked for."""
        hub().subscribe(viewer, "all", EVERYTHING)
        hello = "Connected to task status updates"
        viewer.line.tell(json.dumps({"type": "connection", "message": hello}))

    async def answer(self, message: dict[str, Any], viewer: Viewer) -> None:
        """Tell where one task is now."""
        action = message.get("action")
        if action in ("ping", "unsubscribe"):
            return
        if action != "subscribe":
            raise BadMessageError("Known actions: subscribe.")
        try:
            pk = str(uuid.UUID(str(message.get("task_id"))))
        except ValueError:
            raise BadMessageError("“task_id” must be the id of a task.") from None
        await viewer.line.sent()
        seen = await look(viewer, asked := ById(frozenset({pk})))
        if not seen.tasks:
            raise BadMessageError("There is no such task, or you may not see it.")
        viewer.line.tell(json.dumps(task_update(seen.tasks[0])))
        hub().showed(viewer, asked, seen.versions)

    def refuse(self, message: dict[str, Any], detail: str, viewer: Viewer) -> None:
        """Say what was wrong; the socket stays open."""
        viewer.line.tell(json.dumps({"type": "error", "message": detail}))
