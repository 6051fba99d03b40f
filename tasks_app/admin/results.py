"""JSON in a shape that people can read: plain values as words, the rest folded away."""

from __future__ import annotations

import json
from typing import Any

Shown = list[tuple[str, str]]


def parts(value: Any) -> dict[str, Any] | None:
    """Return `plain` values by name and the `rest` as JSON text; None when empty."""
    if value in (None, {}, []):
        return None
    if not isinstance(value, dict):
        return {"plain": [], "rest": text(value)}
    flat = flattened(value)
    plain = [(name, said(item)) for name, item in flat.items() if is_plain(item)]
    rest = {name: item for name, item in value.items() if holds_more(item)}
    return {"plain": plain, "rest": text(rest) if rest else ""}


def flattened(value: dict[str, Any]) -> dict[str, Any]:
    """Return the values by name; those of an object inside as `outer: inner`."""
    flat: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, dict):
            flat |= {f"{named(name)}: {named(k)}": v for k, v in item.items()}
        else:
            flat[named(name)] = item
    return flat


def named(name: str) -> str:
    """Return a field's name as a label."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def said(value: Any) -> str:
    """Return a plain value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(said(item) for item in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def is_plain(value: Any) -> bool:
    """Whether `value` says something and fits on a line."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str | int) for item in value)
    return value is not None and value != "" and not isinstance(value, dict)


def holds_more(value: Any) -> bool:
    """Whether a value has parts that a line cannot show."""
    items = list(value.values()) if isinstance(value, dict) else value
    return isinstance(items, list) and any(
        isinstance(item, dict | list) for item in items
    )


def text(value: Any) -> str:
    """Return `value` as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)
