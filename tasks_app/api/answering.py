"""The route on which a task is told what it asked for."""

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
from .serializers import AnswerSerializer, read


class Answering(StrictView, GenericViewSet[Task]):
    """Part of the routes of one task."""

    acts: ClassVar[Mapping[str, str]] = {"answer": "answer"}

    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: UUID) -> Response:
        """Answer what the task asked; it goes on."""
        asked, user = read(AnswerSerializer, request.data), cast(Any, request.user)
        steering.answer(self.get_object(), user=user, origin=origin(request), **asked)
        task = self.get_object()
        current().task = str(task.pk)
        return Response(whole_wire(task, user, large=True))
