"""Parameters are checked by their schema, and what is wrong is told in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from tasks_app.errors import InvalidInputError
from tasks_app.operations import registry, schema

pytestmark = pytest.mark.embedded_only  # says nothing of a server


def checked(name: str, params: dict[str, Any]) -> dict[str, Any]:
    return schema.check(params, registry.find(name).params)


def test_a_whole_number_written_with_a_point_is_an_integer() -> None:
    limit = checked("contracts.aggregate", {"limit": 5.0})["limit"]

    assert (limit, type(limit)) == (5, int)


@pytest.mark.parametrize("limit", [1.5, float("inf"), float("nan"), "5", True, None])
def test_what_is_no_whole_number_is_refused(limit: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked("contracts.aggregate", {"limit": limit})

    assert "Must be a whole number." in refused.value.errors["params.limit"]


def test_a_choice_made_twice_is_told_in_words() -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked("contracts.aggregate", {"by": ["month", "month"]})

    assert refused.value.errors == {"params.by": ["Choose each only once."]}


def test_whole_numbers_are_found_in_lists_and_objects() -> None:
    number = {"type": "integer"}
    shape = {
        "type": "object",
        "properties": {
            "sizes": {"type": "array", "items": number},
            "box": {"type": "object", "properties": {"n": number, "x": True}},
        },
    }

    found = schema.check({"sizes": [1.0, 2], "box": {"n": 3.0, "x": 4.5}}, shape)

    assert repr(found) == "{'sizes': [1, 2], 'box': {'n': 3, 'x': 4.5}}"
