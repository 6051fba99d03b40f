"""What every answer tells browsers, whoever gave it: ASVS 5.0, 3.4 and 3.5.8.

Django's middleware does not see event streams, and its policy is not on static files,
so this is around the whole application. What an answer says for itself is left alone.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from django.conf import settings

Message = dict[str, Any]
Pair = tuple[bytes, bytes]
Application = Callable[..., Awaitable[None]]  # of scope, receive and send

# Of answers that are no page: they load nothing, and no page may frame them.
NOTHING: Final = b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
UNUSED: Final = ("camera", "geolocation", "microphone", "payment", "usb")
HEADERS: Final[dict[bytes, bytes]] = {
    b"content-security-policy": NOTHING,
    b"cross-origin-opener-policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY.encode(),
    b"permissions-policy": ", ".join(f"{name}=()" for name in UNUSED).encode(),
    b"referrer-policy": str(settings.SECURE_REFERRER_POLICY).encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": settings.X_FRAME_OPTIONS.encode(),
}
RESOURCE: Final = b"cross-origin-resource-policy"
HSTS: Final = b"strict-transport-security"


def guarded(application: Application) -> Application:
    """Return the application, with the headers on whatever it answers."""

    async def answer(scope: Message, receive: Any, send: Any) -> None:
        is_secure = _is_secure(scope)

        @functools.wraps(send)  # who hangs up looks for what is below
        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(name.lower(), value) for name, value in message["headers"]]
                missing = _missing(dict(given), is_secure=is_secure)
                message = {**message, "headers": [*given, *missing]}
            await send(message)

        await application(scope, receive, tell)

    return answer


def _missing(given: dict[bytes, bytes], *, is_secure: bool) -> Iterable[Pair]:
    # Static files are for pages of others too, and say so; see docs/embedding.md.
    is_open = given.get(b"access-control-allow-origin") == b"*"
    wanted = {**HEADERS, RESOURCE: b"cross-origin" if is_open else b"same-origin"}
    if is_secure and settings.SECURE_HSTS_SECONDS:
        age = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        wanted[HSTS] = age.encode()
    return [(name, value) for name, value in wanted.items() if name not in given]


def _is_secure(scope: Message) -> bool:
    if scope["scheme"] == "https":
        return True
    told = dict(scope["headers"]).get(b"x-forwarded-proto", b"")
    return bool(settings.BEHIND_PROXY) and told == b"https"
