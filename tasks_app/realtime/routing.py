"""The socket routes."""

from __future__ import annotations

from typing import Any

from django.urls import path

from .consumer import TaskConsumer

websocket_urlpatterns: list[Any] = [path("ws/v1/tasks/", TaskConsumer.as_asgi())]
