"""The routes of whatever stays open."""

from __future__ import annotations

from typing import Any

from django.urls import path

from .consumer import TaskConsumer
from .dialects import TasksStatusConsumer, TaskStatusConsumer
from .stream import stream
from .web import answering

websocket_urlpatterns: list[Any] = [
    path("ws/v1/tasks/", TaskConsumer.as_asgi()),
    path("ws/task-status/", TaskStatusConsumer.as_asgi()),
    path("ws/tasks/status/", TasksStatusConsumer.as_asgi()),
]
http_urlpatterns: list[Any] = [path("api/v1/stream/", answering(stream))]
