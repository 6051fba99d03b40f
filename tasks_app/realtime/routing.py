"""The routes of whatever stays open."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tasks_app.realtime.edges.consumer import TaskConsumer
from tasks_app.realtime.edges.dialects import TasksStatusConsumer, TaskStatusConsumer
from tasks_app.realtime.edges.stream import stream
from tasks_app.realtime.edges.web import answering

websocket_urlpatterns: list[Any] = [
    path("ws/v1/tasks/", TaskConsumer.as_asgi()),
    path("ws/task-status/", TaskStatusConsumer.as_asgi()),
    path("ws/tasks/status/", TasksStatusConsumer.as_asgi()),
]
http_urlpatterns: list[Any] = [path("api/v1/stream/", answering(stream))]
