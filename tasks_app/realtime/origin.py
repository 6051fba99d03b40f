"""Keeps the pages of other sites from opening a socket with a visitor's session."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host


class SameOrigin:
    """Lets a socket pass when its `Origin` is this host or a trusted one.

    The same rule as Django's CSRF check: the origin is the host that was asked, or one
    of CSRF_TRUSTED_ORIGINS. Without an Origin (no browser sends none) it is refused.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        if is_trusted(origin, host):
            return await self.application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)


def is_trusted(origin: str, host: str) -> bool:
    """Whether a page at `origin` may speak to this server, asked for as `host`."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    domain, _ = split_domain_port(host)
    return (
        parts.scheme in {"http", "https"}
        and parts.netloc.lower() == host.lower()
        and validate_host(domain, settings.ALLOWED_HOSTS)
    )
