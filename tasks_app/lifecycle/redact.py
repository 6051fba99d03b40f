"""Takes paths and secrets out of texts before they are stored."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings

HIDDEN: Final = "[hidden]"
LONGEST: Final = 1000  # characters of a sentence
CREDENTIALS: Final = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.I)
NAMED_SECRET: Final = re.compile(
    r"(?P<name>[\w.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|apikey"
    r"|authorization|cookie|private[_-]?key|access[_-]?key)[\w.-]*['\"]?\s*[:=]\s*)"
    r"(?:(?:bearer|basic)\s+)?(?:'[^']*'|\"[^\"]*\"|[^\s,;&)}\]]+)",
    re.I,
)
BEARER: Final = re.compile(r"\b(?P<scheme>bearer|basic)\s+[\w.~+/=-]{8,}", re.I)
WELL_KNOWN: Final = re.compile(
    r"\b(?:eyJ[\w-]+\.[\w-]+\.[\w-]*|(?:sk|pk|rk)_(?:live|test)_\w+|gh[pousr]_\w+"
    r"|xox[abprs]-[\w-]+|AKIA[0-9A-Z]{16})"
)
PATH: Final = re.compile(
    r"(?<![\w.:/])(?:~?/(?:[\w.@+-]+/)+[\w.@+-]*|[A-Za-z]:\\[^\s'\"]+|\\\\[\w.-]+\\[^\s'\"]+)"
)
CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+"
)


def without_secrets(text: str) -> str:
    """Return `text` with everything that looks like a credential hidden."""
    for secret in _own_secrets():
        text = text.replace(secret, HIDDEN)
    text = CREDENTIALS.sub(rf"\g<scheme>{HIDDEN}@", text)
    text = NAMED_SECRET.sub(rf"\g<name>{HIDDEN}", text)
    text = BEARER.sub(rf"\g<scheme> {HIDDEN}", text)
    return WELL_KNOWN.sub(HIDDEN, text).replace("\x00", "")


def sentence(text: str) -> str:
    """Return `text` fit for every user: one line, no secret, no path, not endless."""
    text = CONTROL.sub(" ", without_secrets(text))
    text = " ".join(PATH.sub("[path]", text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _own_secrets() -> list[str]:
    database = settings.DATABASES["default"].get("PASSWORD") or ""
    return [secret for secret in (settings.SECRET_KEY, database) if len(secret) >= 6]
