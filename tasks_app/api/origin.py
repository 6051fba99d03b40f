"""Who asks, for the history, and whether it may be for the second time."""

from __future__ import annotations

import re
from typing import Final

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from tasks_app.events import Origin, Source
from tasks_app.trace import current

KEY: Final = re.compile(r"[!-~]{1,255}")


def origin(request: Request) -> Origin:
    """Return who asks, through what, in which request."""
    return Origin(
        actor=request.user.get_username(),
        source=Source.API,
        request_id=current().request_id,
        idempotency_key=idempotency_key(request),
    )


def idempotency_key(request: Request) -> str:
    """Return the key of a request that may come twice; raises ValidationError."""
    key: str = request.headers.get("Idempotency-Key", "")
    if key and not KEY.fullmatch(key):
        text = "Must be 1 to 255 characters of ASCII that can be seen."
        raise ValidationError({"Idempotency-Key": [text]})
    return key
