"""An order file goes to the order system outside, which reports how it goes.

Source 000: the workflow that reads orders is a program of its own; what people see of
it, and how far each file is, is here.
"""

from __future__ import annotations

from typing import Final

from tasks_app.operations.registry import Retry, external_operation

NAME: Final = "orders.process"

external_operation(
    NAME,
    title="Process an order",
    description="Waits for the order system, which reads the file and reports back.",
    params={
        "type": "object",
        "properties": {
            "reference": {
                "type": "string",
                "title": "Reference",
                "description": "The order's number, if it has one already.",
                "maxLength": 100,
                "default": "",
            }
        },
        "additionalProperties": False,
    },
    accepts=(".pdf", ".csv", ".xlsx", ".xml", ".json", ".txt"),
    retry=Retry(max_attempts=3, base_seconds=10),
)
