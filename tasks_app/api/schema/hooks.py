"""What drf-spectacular cannot find by itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request
from rest_framework.views import APIView

from . import problems
from .calls import CALLS, TAGS
from .headers import HEADERS


class BearerScheme(OpenApiAuthenticationExtension):
    """How programs sign in."""

    target_class = "tasks_app.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    """How pages sign in."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Calls that write send the CSRF token as `X-CSRFToken`.",
        }


class Outside(APIView):
    """Stands in the document for a route that is no view of DRF."""

    def get(self, request: Request) -> None:
        """Never called."""


def add_routes(endpoints: list[Any]) -> list[Any]:
    """Add the routes that are answered outside of DRF."""
    routes = [call.route.split(" ") for call in CALLS.values() if call.outside]
    return [
        *endpoints,
        *((path, path, method, Outside.as_view()) for method, path in routes),
    ]


def add_components(result: Any, **_: Any) -> Any:
    """Add what the answers of all calls refer to."""
    components = result["components"]
    components["schemas"]["Problem"] = problems.PROBLEM
    components["responses"] = problems.responses()
    components["headers"] = HEADERS
    result["tags"] = [
        {"name": name, "description": text} for name, text in TAGS.items()
    ]
    return _without_marks(result)


def _without_marks(part: Any) -> Any:
    """Return the document without what drf-spectacular notes for itself."""
    if isinstance(part, dict):
        kept = (item for item in part.items() if item[0] != "x-spec-enum-id")
        return {name: _without_marks(value) for name, value in kept}
    return [_without_marks(value) for value in part] if isinstance(part, list) else part
