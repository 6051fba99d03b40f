"""Every address of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver


def routes(patterns: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield the address and the pattern of each route."""
    for found in patterns:
        if isinstance(found, URLResolver):
            yield from routes(found.url_patterns, prefix + str(found.pattern))
        else:
            yield f"/{prefix}{found.pattern}", found


def plain(route: str) -> str:
    """Return the route with `{}` for what varies."""
    text = re.sub(r"\(\?P<\w+>[^)]*\)", "{}", route)
    return re.sub(r"<[^>]*>|\{\w+\}", "{}", text).replace("^", "").replace("$", "")
