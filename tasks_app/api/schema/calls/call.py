"""What the document says about one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

JSON: Final = "application/json"
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back with one status: a shape, or a schema, or nothing.

    `others` are bodies by media type that may come instead of `body`.
    `links` are names of calls that take the `id` of this answer as theirs, `proofs` of
    those that take the proof of a claim as well.
    """

    text: str
    body: Any = None
    media: str = JSON
    headers: Sequence[str] = ()
    links: Sequence[str] = ()
    proofs: Sequence[str] = ()
    others: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One route: `route` is method and path, `name` its operation id for clients.

    `body` maps media types to a serializer, or to a function that returns a schema for
    who asks. `problems` are error statuses besides those that follow by rule. `open`
    calls need nobody to be signed in.
    """

    route: str
    name: str
    summary: str
    answers: Mapping[int, Answer]
    tag: str
    text: str = ""
    query: Sequence[Schema] = ()
    body: Mapping[str, Any | Callable[[Any], Schema]] = field(default_factory=dict)
    problems: Sequence[int] = ()
    open: bool = False
    outside: bool = False  # not a view of DRF: its route is known only here


def query(name: str, schema: Schema, text: str, **more: Any) -> Schema:
    """Return a parameter of the query."""
    return {
        "in": "query",
        "name": name,
        "schema": schema,
        "description": text,
        **more,
    }


def narrowing(name: str, schema: Schema, text: str, **more: Any) -> Schema:
    """Return a parameter that may be empty, as forms send what nobody filled in."""
    return query(name, schema, text, allowEmptyValue=True, **more)


def header(name: str, schema: Schema, text: str) -> Schema:
    """Return a header that a request may have."""
    return {"in": "header", "name": name, "schema": schema, "description": text}


KEY: Final = header(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{0,255}$"},
    "Makes the call safe to repeat; see “Asking twice” in `docs/wire.md`.",
)


def several(schema: Schema) -> Schema:
    """Return what makes a parameter a list with commas between."""
    return {"type": "array", "items": schema, "minItems": 1}
