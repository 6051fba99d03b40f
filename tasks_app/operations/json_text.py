"""Reads JSON that people sent as text: no numbers that are none, and not too deep."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NoReturn

DEEPEST: Final = 50  # objects and lists inside each other


class TooDeepError(ValueError):
    """What reads the JSON further would call itself too often."""


def loads(text: str) -> Any:
    """Return what a JSON text says; raises ValueError."""
    try:
        return shallow(json.loads(text, parse_constant=_refuse))
    except RecursionError:
        raise TooDeepError from None


def shallow(found: Any) -> Any:
    """Return the value; raises TooDeepError."""
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise TooDeepError
    return found


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON.")
