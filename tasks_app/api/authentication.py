"""Who is asking."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class ApiSessionAuthentication(SessionAuthentication):
    """The session of a signed-in browser, with CSRF; strangers get 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        """Return the `WWW-Authenticate` header that makes DRF answer 401."""
        return 'Session realm="sightline"'
