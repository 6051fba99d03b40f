"""What the operations on contracts may be told, as JSON Schemas."""

from __future__ import annotations

from typing import Any, Final

MOST_NAMES: Final = 200
NAMES: Final[dict[str, Any]] = {
    "type": "array",
    "items": {"type": "string", "maxLength": 300},
    "maxItems": MOST_NAMES,
}
DAY: Final = {"type": "string", "format": "date"}
QUERY: Final = {"type": "string", "maxLength": 300}
FILTERS: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Filters",
    "description": "What is left empty leaves nothing out. Capitals and accents in"
    " names do not matter.",
    "properties": {
        "contractors": NAMES,
        "directorates": NAMES,
        "statuses": NAMES,
        "types": NAMES,
        "from": {**DAY, "title": "Begins on or after"},
        "until": {**DAY, "title": "Begins on or before"},
        "amount_from": {"type": "number", "title": "Amount at least"},
        "amount_to": {"type": "number", "title": "Amount at most"},
        "text": {**QUERY, "title": "Has the words"},
    },
    "additionalProperties": False,
    "default": {},
}
GROUPS: Final = (
    *("contractor", "directorate", "status", "contract_type"),
    *("year", "quarter", "month", "size_class"),
)


def _of(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


IMPORT: Final = _of(
    mode={
        "enum": ["add", "replace"],
        "title": "What happens to contracts that are there",
        "description": "“add” keeps them; “replace” makes this file all there is.",
        "default": "add",
    },
    dates={
        "enum": ["auto", "day_first", "month_first"],
        "title": "Dates such as 03/04/2025",
        "description": "“auto” reads what the rest of the file makes clear.",
        "default": "auto",
    },
    decimal={
        "enum": ["auto", "point", "comma"],
        "title": "Decimal sign of amounts",
        "description": "“auto” reads what the rest of the file makes clear.",
        "default": "auto",
    },
)
EXPORT: Final = _of(filters=FILTERS)
AGGREGATE: Final = _of(
    by={
        "type": "array",
        "items": {"enum": list(GROUPS)},
        "minItems": 1,
        "maxItems": 3,
        "uniqueItems": True,
        "title": "Grouped by",
        "description": "One to three of them.",
        "default": ["directorate"],
    },
    order={
        "enum": ["total", "contracts", "name"],
        "title": "Order",
        "description": "Largest sum first, most contracts first, or by name.",
        "default": "total",
    },
    limit={
        "type": "integer",
        "minimum": 1,
        "maximum": 500,
        "title": "Groups in the result",
        "description": "The files have all of them.",
        "default": 50,
    },
    filters=FILTERS,
)
SEARCH: Final = _of(
    ["query"],
    query={
        **QUERY,
        "minLength": 1,
        "title": "Search for",
        "description": 'Words, "a phrase" in quotation marks, or the beginning of a'
        " word with a star: bridg*. Capitals and accents do not matter.",
    },
    match={
        "enum": ["all", "any"],
        "title": "Contracts must have",
        "description": "All of the words, or any of them.",
        "default": "all",
    },
    limit={
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "title": "Contracts in the result",
        "description": "The file has the best 10,000.",
        "default": 20,
    },
    filters=FILTERS,
)
