"""The routes on which people keep a task from being cleaned up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from tasks_app.models import Task
from tasks_app.models.wire import whole_wire
from tasks_app.operations import steering
from tasks_app.trace import current

from .origin import origin
from .parameters import StrictView
from .serializers import SteeringSerializer, read


class Keeping(StrictView, GenericViewSet[Task]):
    """Part of the routes of one task."""

    acts: ClassVar[Mapping[str, str]] = {"keep": "keep", "unkeep": "unkeep"}

    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: UUID) -> Response:
        """Keep the task from being cleaned up or deleted."""
        return self._kept("keep")

    @action(detail=True, methods=["post"])
    def unkeep(self, request: Request, pk: UUID) -> Response:
        """Keep it no longer."""
        return self._kept("unkeep")

    def _kept(self, verb: str) -> Response:
        asked = read(SteeringSerializer, self.request.data)
        task, user = self.get_object(), cast(Any, self.request.user)
        steering.ask(task, verb, user=user, origin=origin(self.request), **asked)
        task = self.get_object()
        current().task = str(task.pk)
        return Response(whole_wire(task, user, large=True))
