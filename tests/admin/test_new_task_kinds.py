"""Each kind of parameter has its control, and arrives as what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tasks_app.admin.results import worded
from tasks_app.models import Task

from .places import NEW

if TYPE_CHECKING:
    from django.test import Client

EVERYTHING = f"{NEW}?operation=workshop.everything"


def post(desk: Client, **typed: str) -> Any:
    fields = {"params.name": "Ann", **{f"params.{k}": v for k, v in typed.items()}}
    return desk.post(EVERYTHING, fields)


def field(response: Any, name: str) -> Any:
    fields = response.context["form"].fields
    return next(each for each in fields if each.name == name)


def test_every_kind_has_its_control(desk: Client) -> None:
    fields = desk.get(EVERYTHING).context["form"].fields

    assert {each.name: each.kind for each in fields} == {
        "name": "text",
        "story": "long",
        "size": "select",
        "level": "select",
        "count": "number",
        "share": "number",
        "dry": "checkbox",
        "since": "datetime-local",
        "day": "date",
        "tags": "lines",
        "pages": "lines",
        "rules": "json",
        "kinds": "several",
        "around.words": "lines",
        "around.from": "date",
        "rows": "json",
    }


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("story", "one,\r\ntwo", "one,\ntwo"),
        ("size", "large", "large"),
        ("level", "2", 2),
        ("level", "null", None),
        ("count", "7", 7),
        ("share", "0.5", 0.5),
        ("dry", "true", True),
        ("since", "2026-03-04T05:06", "2026-03-04T05:06:00+00:00"),
        ("since", "2026-03-04T05:06:07+02:00", "2026-03-04T05:06:07+02:00"),
        ("day", "2026-03-04", "2026-03-04"),
        ("tags", "a, b\r\n\r\n c ", ["a, b", "c"]),
        ("pages", "1\n22", [1, 22]),
        ("rules", '{"deep": true}', {"deep": True}),
        ("rows", '[{"a": 1}]', [{"a": 1}]),
    ],
)
def test_what_is_typed_arrives_as_what_it_is(
    desk: Client, name: str, typed: str, value: object
) -> None:
    response = post(desk, **{name: typed})

    assert response.status_code == 302, response.context["form"].mistakes
    assert Task.objects.get().params[name] == value


def test_what_is_left_empty_is_left_out(desk: Client) -> None:
    post(desk, share="", since="", tags="", rules="", level="")

    params = Task.objects.get().params
    assert params == {
        "name": "Ann",
        "story": "",
        "size": "small",
        "count": 3,
        "dry": False,
        "around": {},
    }


def test_several_are_chosen_by_ticking_them(desk: Client) -> None:
    page = desk.get(EVERYTHING).content.decode()
    assert (
        '<input type="checkbox" name="params.kinds" value="first_one">First one' in page
    )

    desk.post(EVERYTHING, {"params.name": "Ann", "params.kinds": ["other"]})

    assert Task.objects.get().params["kinds"] == ["other"]


def test_ticking_too_many_is_told_and_stays_ticked(desk: Client) -> None:
    both = ["first_one", "other"]

    response = desk.post(EVERYTHING, {"params.name": "Ann", "params.kinds": both})

    assert field(response, "kinds").errors == ["Choose at most 1."]
    assert response.content.decode().count('" checked aria-invalid="true">') == 2


def test_ticking_none_of_several_does_not_mean_all(desk: Client) -> None:
    url = f"{NEW}?operation=maintenance.clean_up"
    assert len(field(desk.get(url), "what").ticked) > 1

    response = desk.post(url, {"params.dry_run": "true"})

    assert field(response, "what").errors == ["Choose at least one."]
    assert not Task.objects.exists()


def test_the_parts_of_a_parameter_are_typed_one_by_one(desk: Client) -> None:
    page = desk.get(EVERYTHING).content.decode()
    assert "<legend>What is around it</legend>" in page

    post(desk, **{"around.words": "one\n two", "around.from": ""})

    assert Task.objects.get().params["around"] == {"words": ["one", "two"]}


def test_what_is_wrong_with_a_part_is_told_beside_it(desk: Client) -> None:
    response = post(desk, **{"around.from": "2025-02-30"})

    assert field(response, "around.from").errors == [
        "Must be a date, such as 2026-03-04."
    ]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("name", "x", "Must have at least 2 characters."),
        ("size", "huge", "Must be one of: small, large."),
        ("level", "3", "Must be one of: 1, 2, None."),
        ("count", "12", "Must be at most 9."),
        ("count", "three", "Must be a whole number."),
        ("day", "2026-02-30", "Must be a date, such as"),
        ("since", "yesterday", "Must be a time with its zone, such as"),
        ("since", "2026-02-30T00:00", "Must be a time with its zone, such as"),
        ("tags", "fine\ntoo long", "“too long”: Must have at most 5 characters."),
        ("pages", "1\nx", "“x”: Must be a whole number."),
        ("rules", '{"deep": tru}', "This is not valid JSON: Expecting value, at"),
        ("rules", '{"deep": NaN}', "This is not valid JSON: NaN is no number"),
        ("rules", "[" * 100_000, "This JSON is nested too deeply."),
        ("rules", "[" * 60 + "]" * 60, "This JSON is nested too deeply."),
        ("rules", "[]", "Must be an object."),
        ("rules", '{"deep": 1}', "“deep”: Must be true or false."),
        ("rows", '[{"a": 1}, 2]', "“1”: Must be an object."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_stays(
    desk: Client, name: str, typed: str, sentence: str
) -> None:
    response = post(desk, **{name: typed})

    wrong = field(response, name)
    assert response.status_code == 400
    assert wrong.errors[0].startswith(sentence)
    assert wrong.value == typed
    assert not Task.objects.exists()


def test_all_that_is_wrong_is_told_at_once(desk: Client) -> None:
    response = post(desk, name="x", rules="{", count="12")

    wrong = [mistake.anchor for mistake in response.context["form"].mistakes]
    assert wrong == ["params.name", "params.count", "params.rules"]


def test_the_summary_leads_to_the_fields(desk: Client) -> None:
    page = post(desk, count="12").content.decode()

    assert '<a href="#params.count">Count: Must be at most 9.</a>' in page
    assert 'tabindex="-1" autofocus' in page


def test_a_time_that_the_control_would_hide_is_shown_as_text(desk: Client) -> None:
    response = post(desk, since="yesterday")

    assert field(response, "since").kind == "text"
    assert 'value="yesterday"' in response.content.decode()


def test_choices_are_words_and_what_is_submitted_can_be_found(desk: Client) -> None:
    page = desk.get(f"{NEW}?operation=files.process").content.decode()

    assert '<option value="new_rows" title="new_rows">New rows</option>' in page
    label = '<label for="params.on_duplicate" title="on_duplicate">'
    assert f"{label}If I have seen this file before</label>" in page


def test_what_is_no_identifier_stays_as_it_is() -> None:
    known = ["new_rows", "Europe/Berlin", ".csv", "EUR", "utf-8", "10 %", True, None, 3]

    assert [worded(each) for each in known] == [
        *("New rows", "Europe/Berlin", ".csv", "EUR", "utf-8", "10 %"),
        *("Yes", "None", "3"),
    ]
