"""Which control a parameter gets, and how its values are typed into it."""

from __future__ import annotations

import json
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tasks_app.operations import schema
from tasks_app.operations.json_text import TooDeepError, loads

LONG: Final = 300  # characters; a text that may have more gets several lines
BY_TYPE: Final = {
    "integer": "number",
    "number": "number",
    "boolean": "checkbox",
    "object": "json",
}
BY_FORMAT: Final = {"date-time": "datetime-local", "date": "date"}
# A schema of no type that has one of these is about more than a text.
NESTED: Final = {"anyOf", "oneOf", "allOf", "$ref", "properties", "items"}
PLAIN: Final = {"string", "integer", "number"}


def kind_of(about: dict[str, Any]) -> str:
    """Return the control: an `input`, or select, several, long, lines or json."""
    kind = type_of(about)
    if choices(about):
        return "select"
    if kind == "array" and is_choice(about):
        return "several"
    if kind == "array":
        return "lines" if type_of(about.get("items", {})) in PLAIN else "json"
    if not kind:
        return "json" if NESTED & about.keys() else "text"
    if kind == "string":
        is_long = about.get("maxLength", 0) > LONG
        return BY_FORMAT.get(about.get("format", ""), "long" if is_long else "text")
    return BY_TYPE.get(kind, "text")


def type_of(about: Any) -> str:
    """Return the type a schema names; of several the first that is not null."""
    named = about.get("type", "") if isinstance(about, dict) else ""
    if isinstance(named, list):
        return str(next((each for each in named if each != "null"), "null"))
    return str(named)


def choices(about: dict[str, Any]) -> list[Any]:
    """Return the only values there are; empty where there are others."""
    return list(about.get("enum", [])) or ([about["const"]] if "const" in about else [])


def is_choice(about: dict[str, Any]) -> bool:
    """Whether each of a few texts is in the list or not."""
    items = about.get("items")
    known = choices(items) if isinstance(items, dict) else []
    texts = all(isinstance(each, str) and lines_of(each) == [each] for each in known)
    return bool(known) and texts and about.get("uniqueItems") is True


def has_parts(about: Any) -> bool:
    """Whether it is an object whose parts can be told one by one, or left out."""
    return (
        isinstance(about, dict)
        and type_of(about) == "object"
        and about.get("default") == {}
        and about.get("additionalProperties") is False
        and bool(about.get("properties"))
        and not about.get("required")
    )


def text_of(about: dict[str, Any], value: Any) -> str:
    """Return what the control shows for a value; None is nothing."""
    kind = kind_of(about)
    if kind == "select" and value in choices(about):
        return value if isinstance(value, str) else json.dumps(value)
    if value is None:
        return ""
    if kind == "checkbox":
        return "true" if value is True else ""
    if kind in {"lines", "several"} and isinstance(value, list):
        return "\n".join(map(str, value))
    if kind == "json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    if kind == "datetime-local":
        return _local(str(value))
    return str(value)


def value_of(about: dict[str, Any], text: str) -> Any:
    """Return the value of a text; a text that does not fit stays one."""
    kind = kind_of(about)
    if kind == "select":
        found = [each for each in choices(about) if text_of(about, each) == text]
        return found[0] if found else text
    if kind == "several":
        return lines_of(text)
    if kind == "lines":
        return [_plain(line, about["items"]) for line in lines_of(text)]
    if kind == "json":
        return text if trouble_of(about, text) else loads(text)
    if kind == "datetime-local":
        return moment_of(text)
    if kind == "long":
        return text  # as it was typed
    return _plain(text, {"type": type_of(about) or "string"})


def lines_of(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def trouble_of(about: dict[str, Any], text: str) -> str:
    """Return why a text cannot be read as JSON, where it has to be; else nothing."""
    if kind_of(about) != "json" or not text:
        return ""
    try:
        loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return f"This is not valid JSON: {error.msg}, at {place}."
    except TooDeepError:
        return "This JSON is nested too deeply."
    except ValueError as error:
        return f"This is not valid JSON: {error}"
    return ""


def moment_of(text: str) -> str:
    """Return a time with its zone, by default that of the site; else the text."""
    moment = _parsed(text)
    if moment is None:
        return text
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return str(moment.isoformat())


def is_local(text: str) -> bool:
    """Whether a control for times without a zone can show the text."""
    moment = _parsed(text)
    return not text or (moment is not None and timezone.is_naive(moment))


def _local(text: str) -> str:
    moment = _parsed(text)
    if moment is None or timezone.is_naive(moment):
        return text
    try:
        here = timezone.localtime(moment).replace(microsecond=0, tzinfo=None)
    except OverflowError:  # outside of all years in the zone of the site
        return text
    return str(here.isoformat())


def _parsed(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:  # looks like a time, such as 2026-02-30T00:00
        return None


def _plain(text: str, about: dict[str, Any]) -> Any:
    return schema.coerce({"it": text}, {"properties": {"it": about}})["it"]
