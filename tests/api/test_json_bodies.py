"""JSON that is no request: too large, too deep, of the wrong type, half a character."""

from __future__ import annotations

import pytest

URL = "/api/v1/tasks/"
ECHO = '"operation": "workshop.echo"'


def post(api, text, url=URL):
    return api.generic("POST", url, text, content_type="application/json")


@pytest.mark.parametrize("depth", [51, 20_000])
def test_what_nests_too_deep_is_refused(api, depth):
    answer = post(api, f'{{{ECHO}, "params": {"[" * depth}{"]" * depth}}}')

    assert answer.status_code == 400
    assert "nested too deeply" in answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused_unread(api):
    answer = post(api, f'{{{ECHO}, "title": "{"a" * 2_500_001}"}}')

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_half_a_character_is_refused_in_words_that_can_be_sent(api):
    answer = post(api, r'{"action": "\ud83d", "ids": []}', f"{URL}bulk/")

    assert answer.status_code == 400
    assert "�" in answer.json()["errors"]["action"][0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("operation", "5"),
        ("title", "5"),
        ("title", "true"),
        ("queue", "0"),
        ("priority", '"5"'),
        ("priority", "true"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(api, field, value):
    text = f'{{{ECHO}, "{field}": {value}}}'

    answer = post(api, text)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_an_id_that_is_a_number_is_no_id(api):
    answer = post(api, '{"action": "pause", "ids": [false]}', f"{URL}bulk/")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["ids.0"]


def test_a_number_typed_into_a_form_is_a_number(api):
    form = {"operation": "workshop.echo", "priority": "7"}

    assert api.post(URL, form, format="multipart").json()["priority"] == 7
