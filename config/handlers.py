"""How Django answers under ASGI: a request in one thread, from the first to the last.

All views here are synchronous. Django would run each of its middlewares as a coroutine
and go to a thread and back for each of them, at twice the cost of a short answer.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from servestatic.middleware import ServeStaticMiddleware


class Pages(ASGIHandler):
    """The middlewares and views of the settings."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002  Django's
        """Chain them as for WSGI."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> Any:
        """Answer in the thread of this request."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


class Static(ASGIHandler):
    """Static files, which need neither thread nor session nor view."""

    def load_middleware(self, is_async: bool = True) -> None:  # noqa: FBT001, FBT002  Django's
        """Ask for a file; what is none is not found."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        answer: Any = self._get_response_async  # type: ignore[attr-defined]
        missing = convert_exception_to_response(answer)
        static = ServeStaticMiddleware(missing)
        self._middleware_chain = convert_exception_to_response(static)
