"""Checks an operation's parameters, by the JSON Schema it was declared with."""

from __future__ import annotations

import json
from datetime import UTC
from itertools import islice
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from jsonschema import (
    Draft202012Validator,
    FormatChecker,
    SchemaError,
    ValidationError,
)
from jsonschema.exceptions import relevance

from tasks_app.errors import InvalidInputError
from tasks_app.models.storable import storable

MOST: Final = 20  # errors that are told: an answer must not outgrow its request
FORMATS: Final = FormatChecker(formats=["uuid", "date"])  # others only say something


@FORMATS.checks("date-time", raises=(ValueError, OverflowError))
def is_moment(value: object) -> bool:
    """Whether `value`, where it is a text, is a time with its zone, that is one in UTC.

    May raise ValueError or OverflowError, for what looks like one.
    """
    if not isinstance(value, str):
        return True
    moment = parse_datetime(value)
    return bool(moment and moment.tzinfo and moment.astimezone(UTC))


def prepare(schema: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` if it can serve; raises ValueError saying what is wrong."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"The schema of the parameters: {error.message}") from error
    if schema.get("type") != "object":
        raise ValueError("The schema of the parameters must be of type object.")
    return schema


def check(params: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """Return `params` with the defaults filled in.

    Raises InvalidInputError with a sentence for every parameter that is wrong.
    """
    if not isinstance(params, dict):
        raise InvalidInputError({"params": ["Parameters must be an object."]})
    properties = schema.get("properties", {})
    defaults = {k: v["default"] for k, v in properties.items() if "default" in v}
    filled: dict[str, Any] = _whole({**defaults, **params}, schema)
    errors: dict[str, list[str]] = {}
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    found = islice(validator.iter_errors(filled), MOST)
    for error in sorted(found, key=relevance):
        for field, text in _sentences(error):
            errors.setdefault(field, []).append(text)
    for name, value in filled.items():
        if storable(value) != value:
            text = "Holds a character or a number that cannot be stored."
            errors.setdefault(f"params.{name}", []).append(text)
    if errors:
        raise InvalidInputError(errors)
    return filled


def _whole(value: Any, schema: Any) -> Any:
    """Return a value with 5.0 as 5 where an integer is due: JSON takes one for both."""
    known = schema if isinstance(schema, dict) else {}
    if isinstance(value, float) and known.get("type") == "integer":
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        parts = known.get("properties", {})
        return {name: _whole(part, parts.get(name)) for name, part in value.items()}
    if isinstance(value, list):
        return [_whole(part, known.get("items")) for part in value]
    return value


def coerce(texts: dict[str, str], schema: dict[str, Any]) -> dict[str, Any]:
    """Return values for texts typed into a form or a command line.

    A text that does not fit its type stays a text, for `check` to complain about.
    """
    properties = schema.get("properties", {})
    return {
        name: _coerced(text, properties.get(name, {})) for name, text in texts.items()
    }


def _coerced(text: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type", "string")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
        if kind == "object":
            return json.loads(text)
    except ValueError:
        return text
    if kind == "boolean":
        return {"true": True, "yes": True, "on": True, "1": True}.get(
            text.lower(), False if text.lower() in {"false", "no", "off", "0"} else text
        )
    if kind == "array":
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _sentences(error: ValidationError) -> list[tuple[str, str]]:
    path = ".".join(["params", *map(str, error.absolute_path)])
    limit: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        missing = [name for name in limit if name not in instance]
        return [(f"{path}.{name}", "This parameter is required.") for name in missing]
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        known = schema.get("properties", {})
        known_text = ", ".join(sorted(known)) or "none"
        return [
            (f"{path}.{name}", f"There is no such parameter. Known are: {known_text}.")
            for name in [name for name in instance if name not in known][:MOST]
        ]
    return [(path, _sentence(error))]


EXAMPLES: Final = {
    "date": "Must be a date, such as 2026-03-04.",
    "date-time": "Must be a time with its zone, such as 2026-03-04T05:06:07Z.",
    "uuid": "Must be a UUID, such as 01a20000-0000-7000-8000-000000000000.",
}


KINDS: Final = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "a text",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _kinds(types: Any) -> str:
    """Return the types that a schema allows, in words."""
    known = types if isinstance(types, list) else [types]
    return " or ".join(KINDS.get(str(each), str(each)) for each in known)


def _sentence(error: ValidationError) -> str:
    limit: Any = error.validator_value
    sentences = {
        "type": f"Must be {_kinds(limit)}.",
        "enum": f"Must be one of: {', '.join(map(str, limit))}."
        if isinstance(limit, list)
        else "",
        "minimum": f"Must be at least {limit}.",
        "maximum": f"Must be at most {limit}.",
        "minLength": f"Must have at least {limit} characters.",
        "maxLength": f"Must have at most {limit} characters.",
        "minItems": f"Choose at least {'one' if limit == 1 else limit}.",
        "maxItems": f"Choose at most {limit}.",
        "uniqueItems": "Choose each only once.",
        "pattern": f"Must match {limit}.",
        "format": EXAMPLES.get(str(limit), ""),
    }
    text = sentences.get(str(error.validator))
    return text or f"{error.message[:200]}."
