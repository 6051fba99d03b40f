"""The operations, over REST."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.operations import registry

from .parameters import StrictView


class OperationsView(StrictView):
    """Tells what the caller may submit, and what it takes."""

    def get(self, request: Request) -> Response:
        """Every operation with the JSON Schema of its parameters."""
        return Response(
            [
                {
                    "name": operation.name,
                    "title": operation.title,
                    "description": operation.description,
                    "params": operation.params,
                    "accepts": operation.accepts,
                    "queue": operation.queue,
                    "external": operation.is_external,
                }
                for operation in registry.every(user=request.user)
            ]
        )
