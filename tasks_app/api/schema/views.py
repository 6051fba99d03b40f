"""The document, and pages to read it and to try it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api.parameters import StrictView


class SchemaView(StrictView):
    """Tells what the API can do, to whoever is signed in."""

    def get(self, request: Request) -> Response:
        """The OpenAPI document, with the operations that the caller may submit."""
        generator: Any = SchemaGenerator()
        return Response(generator.get_schema(request=request, public=True))


@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page."""
    return render(request, "api/docs.html")
