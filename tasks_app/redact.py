"""Takes paths and secrets out of texts before they are stored or logged."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings

HIDDEN: Final = "[hidden]"
LONGEST: Final = 1000  # characters of a sentence
LOOKED_AT: Final = 20_000  # characters of a sentence before it is shortened
KEPT: Final = 100_000  # characters of a detail

# Every repetition that others may follow has a bound: what they search was written by
# whoever uploaded a file, and time that grows with its square would stop a worker.
PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [^-]{0,60}-----|\Z)", re.S
)
CREDENTIALS: Final = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]{0,30}://)[^\s/]{1,500}@", re.I
)
NAMED_SECRET: Final = re.compile(
    r"(?P<name>(?:password|passwd|passphrase|\bpass\b|pwd|secret|token|api[ _-]?key"
    r"|authorization|cookie|private[_-]?key|access[_-]?key|credential|signature|\bsig\b"
    r"|session_?id|[?&]ticket)[\w.-]{0,64}\\{0,4}['\"]?\s{0,9}[:=]\s{0,9})"
    r"(?:(?:bearer|basic|token)\s{1,9})?"
    r"(?:\\{0,4}'[^']*'|\\{0,4}\"[^\"]*\"|[^\s,;&)}\]]+)",
    re.I,
)
BEARER: Final = re.compile(r"\b(?P<scheme>bearer|basic)\s{1,9}[\w.~+/=-]{8,}", re.I)
WELL_KNOWN: Final = re.compile(
    r"\b(?:eyJ[\w-]{4,2000}\.[\w-]{4,2000}(?:\.[\w-]*)?|(?:sk|pk|rk)_(?:live|test)_\w+"
    r"|sightline\.ticket\.[\w-]+|sightline_[A-Za-z0-9]{43}|whsec_[\w+/=-]{20,200}"
    r"|sk-[\w-]{20,}|gh[pousr]_\w+|github_pat_\w+|glpat-[\w-]+|xox[abeprs]-[\w-]+"
    r"|A(?:KI|SI)A[0-9A-Z]{16}|AIza[\w-]{35})"
)
ROOT: Final = r"(?:file:/{1,3}|~/|(?:\.{1,2}/)+|/(?!/)|[A-Za-z]:[\\/]|\\\\)"
QUOTED_PATH: Final = re.compile(
    rf"(?P<quote>['\"`]){ROOT}[^'\"`\n]{{1,4096}}(?P=quote)"
)
PATH: Final = re.compile(
    r"(?<![\w./~])(?:/(?=[^\s/'\"`<>|]{1,255}/)|(?!/)" + ROOT + r")"
    r"[^\s'\"`<>|,;]{0,4096}[^\s'\"`<>|,;.:!?)\]}]"
)
# C0 and C1, what takes no room, separators of lines, turns of direction, half letters.
CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)


def without_secrets(text: str) -> str:
    """Return `text` with everything that looks like a credential hidden.

    Of a very long text the beginning and the end are kept.
    """
    if len(text) > KEPT:
        text = f"{text[: KEPT // 2]}\n[shortened]\n{text[-KEPT // 2 :]}"
    for secret in _own_secrets():
        text = text.replace(secret, HIDDEN)
    text = PRIVATE_KEY.sub(HIDDEN, text)
    text = CREDENTIALS.sub(rf"\g<scheme>{HIDDEN}@", text)
    text = NAMED_SECRET.sub(rf"\g<name>{HIDDEN}", text)
    text = BEARER.sub(rf"\g<scheme> {HIDDEN}", text)
    text = WELL_KNOWN.sub(HIDDEN, text).replace("\x00", "")
    return text.encode(errors="replace").decode()  # half a character cannot be stored


def sentence(text: str) -> str:
    """Return `text` fit for every user: one line, no secret, no path, not endless."""
    text = without_secrets(text[:LOOKED_AT])
    text = PATH.sub("[path]", QUOTED_PATH.sub("[path]", text))
    text = " ".join(CONTROL.sub(" ", text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _own_secrets() -> list[str]:
    database = settings.DATABASES["default"].get("PASSWORD") or ""
    own = (
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
        str(settings.SIMPLE_JWT["SIGNING_KEY"]),
        settings.METRICS_TOKEN,
        settings.EMAIL_HOST_PASSWORD,
        settings.SIGHTLINE.get("LANGUAGE_MODEL_KEY"),
        database,
    )
    return [secret for secret in own if secret and len(secret) >= 6]
