"""Reads the environment: what is set wins, what is not falls to embedded mode."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

RATE = re.compile(r"[1-9]\d{0,8}/[1-9]\d{0,8}")

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Return the folder that holds everything the product stores, made if missing."""
    folder = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def rate(name: str, *, default: str) -> tuple[int, int]:
    """Return how many requests in how many seconds; `0` is no limit.

    Raises ImproperlyConfigured for anything but two whole numbers and a stroke.
    """
    text: str = env.str(name, default="") or default
    if text == "0":
        return 0, 0
    if not RATE.fullmatch(text):
        raise ImproperlyConfigured(f"{name} is {text!r}; write 600/60, or 0 for none.")
    most, seconds = text.split("/")
    return int(most), int(seconds)


def days_by(name: str) -> dict[str, timedelta]:
    """Return how long each of some kinds is kept: JSON, `{"failed": 90}` in days.

    Raises ImproperlyConfigured for anything but numbers of days above 0.
    """
    text: str = env.str(name, default="") or "{}"
    try:
        return {kind: _days(number) for kind, number in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError, OverflowError):
        example = '{"failed": 90, "files.process": 7, "files.process:failed": 30}'
        raise ImproperlyConfigured(
            f"{name} is {text!r}; write days above 0 as JSON, such as {example}."
        ) from None


def _days(number: float) -> timedelta:
    if isinstance(number, bool) or not number > 0:
        raise ValueError
    return timedelta(days=number)


def secret_key(folder: Path) -> str:
    """Return `SECRET_KEY`, else one drawn once and kept in `folder`."""
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    kept = folder / "secret_key"
    if not kept.exists():
        _put(secrets.token_urlsafe(50), kept)
    return kept.read_text()


def _put(text: str, place: Path) -> None:
    """Write `text` for our own eyes, unless something is at `place` already.

    A link appears whole and only once: processes that start together agree on one key,
    and none of them reads half of it.
    """
    with tempfile.NamedTemporaryFile("w", dir=place.parent, prefix=".key-") as draft:
        draft.write(text)
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, place)


def redis_socket(folder: Path) -> Path:
    """Return where the private Redis listens.

    Not inside `folder`: the path of a unix socket may hold 107 bytes at most.
    """
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return (
        Path(tempfile.gettempdir()) / f"sightline-{os.getuid()}-{name}" / "redis.sock"
    )
