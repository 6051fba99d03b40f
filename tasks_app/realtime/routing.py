"""The routes of whatever stays open."""

from __future__ import annotations

from typing import Any, cast

from django.urls import path, re_path

from tasks_app.realtime.edges.consumer import TaskConsumer
from tasks_app.realtime.edges.dialects import TasksStatusConsumer, TaskStatusConsumer
from tasks_app.realtime.edges.stream import stream
from tasks_app.realtime.edges.web import answering


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """Refuse a socket at an address that does not exist; servers answer 403."""
    await receive()
    await send({"type": "websocket.close"})


websocket_urlpatterns: list[Any] = [
    path("ws/v1/tasks/", TaskConsumer.as_asgi()),
    path("ws/task-status/", TaskStatusConsumer.as_asgi()),
    path("ws/tasks/status/", TasksStatusConsumer.as_asgi()),
    re_path("", cast(Any, nowhere)),
]
http_urlpatterns: list[Any] = [path("api/v1/stream/", answering(stream))]
