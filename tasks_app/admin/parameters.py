"""An operation's parameters as fields of a form, made from its JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from .kinds import (
    choices,
    has_parts,
    is_local,
    kind_of,
    lines_of,
    text_of,
    trouble_of,
    value_of,
)
from .results import named, worded

if TYPE_CHECKING:
    from django.http import QueryDict

    from tasks_app.operations.registry import Operation

PREFIX: Final = "params."
SHOWN: Final = 40  # characters of a line that a sentence repeats


@dataclass(slots=True)
class Field:
    """One control, with what was typed into it and what is wrong with that."""

    name: str
    kind: str  # a type of `input`, or select, several, long, lines or json
    label: str
    hint: str = ""
    value: str = ""
    is_required: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)  # value and label
    limits: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    prefix: str = PREFIX
    outer: str = ""  # the parameter that this is a part of
    heading: tuple[str, str] = ("", "")  # of the parts of one parameter, with a hint
    trouble: str = ""  # why what was typed cannot even be read

    @property
    def key(self) -> str:
        """The name of the control, and of its errors."""
        return self.prefix + self.name

    @property
    def raw(self) -> str:
        """What a parameter is called in the API; nothing for other fields."""
        return self.name if self.prefix else ""

    @property
    def rows(self) -> int:
        """How many lines a control of several shows."""
        return min(12, max(3, self.value.count("\n") + 2))

    def type_in(self, typed: QueryDict) -> None:
        """Take what was typed, or ticked."""
        is_one = self.kind != "several"
        self.show(
            typed.get(self.key, "") if is_one else "\n".join(typed.getlist(self.key))
        )

    def show(self, text: str) -> None:
        """Hold the text; browsers send another end of a line than they were given."""
        self.value = text.replace("\r\n", "\n")
        if self.kind == "several":
            known = [value for value, _ in self.options]
            self.value = "\n".join(x for x in known if x in lines_of(text))
        if self.kind == "datetime-local" and not is_local(self.value):
            self.kind = "text"  # else the browser would hide it

    @property
    def ticked(self) -> list[str]:
        """Which of several choices are made."""
        return lines_of(self.value)

    def complain(self, errors: dict[str, list[str]]) -> set[str]:
        """Take the sentences about this field or a part of it; return their keys."""
        mine = {k for k in errors if k == self.key or k.startswith(f"{self.key}.")}
        told = [
            self._placed(key) + said for key in sorted(mine) for said in errors[key]
        ]
        self.errors = [self.trouble] if self.trouble else told
        return mine

    def _placed(self, key: str) -> str:
        """Return which part of the value the errors of the key are about."""
        part = key.removeprefix(self.key).removeprefix(".")
        if self.kind in {"lines", "several"} and part.isdecimal():
            return f"“{lines_of(self.value)[int(part)][:SHOWN]}”: "
        return f"“{part}”: " if part else ""


def fields_of(
    operation: Operation,
    typed: QueryDict | None = None,
    *,
    params: dict[str, Any] | None = None,
) -> list[Field]:
    """Return the controls, filled with their defaults, `params`, or what was typed."""
    required = operation.params.get("required", [])
    fields = []
    for name, (outer, about) in _properties(operation).items():
        made = _field(name, about, is_required=name in required)
        made.outer, made.heading = outer, _heading(operation, outer)
        held = (params or {}).get(outer) if outer else params
        inner = name.removeprefix(f"{outer}.") if outer else name
        if isinstance(held, dict) and inner in held:
            made.show(text_of(about, held[inner]))
        if typed is not None:
            made.type_in(typed)
            made.trouble = trouble_of(about, made.value)
        fields.append(made)
    return fields


def values_of(operation: Operation, fields: list[Field]) -> dict[str, Any]:
    """Return what the controls hold, in the types of the schema; empty ones are out.

    What does not fit its type stays a text, which the check of the schema refuses.
    """
    properties = _properties(operation)
    found: dict[str, Any] = {}
    for each in fields:
        _, about = properties[each.name]
        text = each.value or ("false" if each.kind == "checkbox" else "")
        if not text and not (each.kind == "several" and "default" in about):
            continue  # several of which none is ticked would become the default
        value = value_of(about, text)
        if each.outer:
            inner = each.name.removeprefix(f"{each.outer}.")
            found.setdefault(each.outer, {})[inner] = value
        else:
            found[each.name] = value
    return found


def _properties(operation: Operation) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return each parameter's schema, one with parts as its parts, under `outer`."""
    properties: dict[str, Any] = operation.params.get("properties", {})
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, about in properties.items():
        if not has_parts(about):
            found[name] = ("", about if isinstance(about, dict) else {})
            continue
        for part, inner in about["properties"].items():
            found[f"{name}.{part}"] = (name, inner if isinstance(inner, dict) else {})
    return found


def _heading(operation: Operation, outer: str) -> tuple[str, str]:
    if not outer:
        return "", ""
    about = operation.params["properties"][outer]
    return about.get("title") or named(outer), about.get("description", "")


def _field(name: str, about: dict[str, Any], *, is_required: bool) -> Field:
    default = about.get("default")
    return Field(
        name=name,
        kind=kind_of(about),
        label=about.get("title") or named(name.rpartition(".")[2]),
        hint=_hint(about),
        value="" if default is None else text_of(about, default),
        is_required=is_required and default is None,
        options=_options(about),
        limits=_limits(about),
    )


def _options(about: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the choices, as they are submitted and in words."""
    if kind_of(about) == "several":
        return [(text, worded(text)) for text in choices(about["items"])]
    return [(text_of(about, each), worded(each)) for each in choices(about)]


def _hint(about: dict[str, Any]) -> str:
    """Return what the schema says of it, and how it is to be typed."""
    kind, items = kind_of(about), about.get("items", {})
    how = {
        "lines": "One per line.",
        "json": "Written as JSON.",
        "datetime-local": f"Time zone: {timezone.get_current_timezone_name()}.",
    }.get(kind, "")
    known = choices(items) if kind == "lines" else []
    only = f"Any of: {', '.join(map(str, known))}." if known else ""  # to be typed
    return " ".join(filter(None, (about.get("description", ""), how, only)))


def _limits(about: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that let the browser complain first."""
    kind = kind_of(about)
    if kind == "number":
        names = {"min": "minimum", "max": "maximum"}
        step = {"step": 1 if about.get("type") == "integer" else "any"}
    elif kind in {"text", "long"}:
        names = {"minlength": "minLength", "maxlength": "maxLength"}
        step = {}
    else:
        names, step = {}, {"step": 1} if kind == "datetime-local" else {}
    known = {attribute: about.get(word) for attribute, word in names.items()}
    limits = {**known, **step}
    return {name: value for name, value in limits.items() if value is not None}
