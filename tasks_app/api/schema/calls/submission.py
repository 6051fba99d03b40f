"""Bodies that hold parameters, by the schemas that the operations declare."""

from __future__ import annotations

from typing import Any

from tasks_app.api.serializers import SubmissionSerializer
from tasks_app.operations import batches, registry
from tasks_app.operations.maintenance.bulk import NAME as ACT_ON_ALL

Schema = dict[str, Any]


class Options(SubmissionSerializer):
    """The fields that mean the same for every operation."""

    operation = params = file = None  # type: ignore[assignment]


def _queue(*kinds: registry.Operation) -> Schema:
    """Return the field that chooses a queue of those there are."""
    ways = {kind.is_external for kind in kinds}
    known = {name for way in ways for name in registry.queues(external=way)}
    return {"queue": {"type": "string", "enum": sorted(known)}}


def as_json(fields: Schema, user: Any) -> Schema:
    """Return the body as JSON: one form for each operation that needs no file."""
    kinds = [kind for kind in registry.every(user=user) if not kind.accepts]
    return {"oneOf": [_form(kind, fields | _queue(kind)) for kind in kinds]}


def as_form(fields: Schema, user: Any) -> Schema:
    """Return the body as a form, for the operations that take a file."""
    kinds = [kind for kind in registry.every(user=user) if kind.accepts]
    return {
        "type": "object",
        "properties": {
            "operation": {"type": "string", "enum": [kind.name for kind in kinds]},
            "params": {
                "type": "string",
                "contentMediaType": "application/json",
                "description": "JSON: the parameters of the operation.",
            },
            **fields,
            **_queue(*kinds),
            "not_before": {"type": "string", "format": "date-time"},
            "file": {"type": "string", "format": "binary"},
        },
        "required": ["operation", "file"],
        "additionalProperties": False,
    }


def as_batch(fields: Schema, user: Any) -> Schema:
    """Return the body of many submissions, each as a JSON body of one."""
    items = as_json(fields, user)
    tasks = {"type": "array", "items": items, "minItems": 1, "maxItems": batches.MOST}
    return {
        "type": "object",
        "properties": {"title": fields["title"], "tasks": tasks},
        "required": ["tasks"],
        "additionalProperties": False,
    }


def as_bulk(fields: Schema, user: Any) -> Schema:
    """Return the body of an action on many tasks: those named, or all that match."""
    params = registry.find(ACT_ON_ALL).params["properties"]
    ids = {
        "type": "array",
        "items": {"type": "string", "format": "uuid"},
        "minItems": 1,
        "maxItems": 500,
    }
    action = {"action": {"type": "string", **params["action"]}}
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": action | which,
                "required": ["action", *which],
                "additionalProperties": False,
            }
            for which in ({"ids": ids}, {"filter": params["filter"]})
        ]
    }


def _form(kind: registry.Operation, fields: Schema) -> Schema:
    return {
        "title": kind.name,
        "description": kind.description or kind.title,
        "type": "object",
        "properties": {
            "operation": {"const": kind.name},
            "params": kind.params,
            **fields,
        },
        "required": ["operation", *(["params"] if kind.params.get("required") else [])],
        "additionalProperties": False,
    }
