"""An operation's parameters as fields of a form, made from its JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tasks_app.operations import schema

from .results import named

if TYPE_CHECKING:
    from django.http import QueryDict

    from tasks_app.operations.registry import Operation

PREFIX: Final = "params."


@dataclass(slots=True)
class Field:
    """One control, with what was typed into it and what is wrong with that."""

    name: str
    kind: str  # text, number, select or checkbox
    label: str
    hint: str = ""
    value: str = ""
    is_required: bool = False
    options: list[str] = field(default_factory=list)
    limits: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The name of the control, and of its errors."""
        return PREFIX + self.name


def fields_of(operation: Operation, typed: QueryDict | None = None) -> list[Field]:
    """Return the controls, filled with their defaults or with what was typed."""
    required = operation.params.get("required", [])
    properties: dict[str, Any] = operation.params.get("properties", {})
    fields = [
        _field(name, about, is_required=name in required)
        for name, about in properties.items()
    ]
    for each in fields if typed is not None else ():
        each.value = typed.get(each.key, "") if typed else ""
    return fields


def values_of(operation: Operation, fields: list[Field]) -> dict[str, Any]:
    """Return what the controls hold, in the types of the schema; empty ones are out."""
    texts = {
        each.name: each.value or ("false" if each.kind == "checkbox" else "")
        for each in fields
    }
    filled = {name: text for name, text in texts.items() if text != ""}
    return schema.coerce(filled, operation.params)


def _field(name: str, about: dict[str, Any], *, is_required: bool) -> Field:
    default = about.get("default")
    return Field(
        name=name,
        kind=_kind(about),
        label=about.get("title") or named(name),
        hint=about.get("description", ""),
        value=_text(default),
        is_required=is_required and default is None,
        options=[_text(option) for option in about.get("enum", [])],
        limits=_limits(about),
    )


def _kind(about: dict[str, Any]) -> str:
    if "enum" in about:
        return "select"
    kinds = {"integer": "number", "number": "number", "boolean": "checkbox"}
    return kinds.get(about.get("type", "string"), "text")


def _limits(about: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that let the browser complain first."""
    known = {
        "min": about.get("minimum"),
        "max": about.get("maximum"),
        "maxlength": about.get("maxLength"),
        "step": {"integer": 1, "number": "any"}.get(about.get("type", "")),
    }
    return {name: value for name, value in known.items() if value is not None}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
