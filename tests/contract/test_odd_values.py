"""Values that databases and libraries choke on, in every place the document knows.

The names of the places come from the document, so what is added to it is asked too.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from tasks_app import credentials

from .document import document

pytestmark = pytest.mark.django_db

NUL, HALF = "a\x00b", "\ud83d"
DATES = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z",
    "2026-W01-1",
    "-1",
]
NUMBERS = ["9" * 30, "-" + "9" * 30, "1e400", "NaN", "٣", "0x10", "1_0", " 5 "]
IN_QUERIES = [NUL, "\x7f\x85\u202e", "'\";--%_\\", "a" * 5000, *DATES, *NUMBERS, "[]"]
IN_BODIES: list[Any] = [
    *(NUL, HALF, "a" * 5000, *DATES, "", " ", "\x1c"),
    *(10**30, -(10**30), 1e308, 0.5, True, None, [], {}, [[]], {"a": NUL}, [HALF]),
]
NO_OBJECTS = ["", "{", "[]", "null", "5", '"a"', "\x00", "NaN", "[" * 2000]
PATH_VALUES = ["0", "9" * 30, "00000000-0000-0000-0000-000000000000", "%00", "%ff", "٣"]
READS = [
    (route, parameter)
    for route, operation in document().operations.items()
    for parameter in operation.get("parameters", ())
    if parameter["in"] == "query" and not route.endswith("/stream/")
]
WRITES = [
    (route, operation["requestBody"]["content"]["application/json"]["schema"])
    for route, operation in document().operations.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]
NAMES = [f"{route.split(' ')[1]}?{parameter['name']}" for route, parameter in READS]


@pytest.fixture
def ask(alice, make_task, settings):
    """Return a function that asks as alice, of a task of hers; checks the answer."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client = APIClient()
    token = credentials.issue_tokens(alice).access
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    task = make_task()

    def asked(route, query="", body="", **values):
        method, template = route.split(" ")
        path = template.format(**{"id": task.pk, "number": "1", **values})
        kind = "application/json"
        answer = client.generic(method, path + query, body, content_type=kind)
        if not values:
            document().check(method, path, answer)
        return answer

    return asked


@pytest.mark.parametrize(("route", "parameter"), READS, ids=NAMES)
def test_an_odd_value_in_a_query_is_answered_by_the_document(ask, route, parameter):
    for value in IN_QUERIES:
        query = "?" + urlencode({parameter["name"]: value})
        assert ask(route, query).status_code != 500, value
    assert ask(route, f"?{parameter['name']}=%ff%fe").status_code != 500


@pytest.mark.parametrize(("route", "schema"), WRITES, ids=[r for r, _ in WRITES])
def test_an_odd_value_in_a_body_is_answered_by_the_document(ask, route, schema):
    for form in forms(schema)[:2]:
        fields = form.get("properties", {})
        usual = {name: f["const"] for name, f in fields.items() if "const" in f}
        for name in [*fields, HALF]:
            for value in IN_BODIES:
                answer = ask(route, body=json.dumps({**usual, name: value}))
                assert answer.status_code != 500, (name, value)
    for body in NO_OBJECTS:
        assert ask(route, body=body).status_code != 500, body


@pytest.mark.parametrize("value", PATH_VALUES)
def test_an_odd_value_in_a_path_finds_nothing(ask, value):
    for route in document().operations:
        if "{" in route:
            names = ("id", "number") if "{number}" in route else ("id",)
            for name in names:
                answer = ask(route, **{name: value})
                assert answer.status_code in {400, 404}, (route, name)


def forms(schema):
    """The objects that a body may be."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document().whole["components"]["schemas"][name]
    return schema.get("oneOf", [schema])
