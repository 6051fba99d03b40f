"""The list over REST: filters, orderings, pages that neither skip nor repeat."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.models.paging import ORDERINGS
from tests.conftest import ORIGIN

URL = "/api/v1/tasks/"

pytestmark = pytest.mark.django_db


def ids(page):
    assert page.status_code == 200, page.json()
    return [task["id"] for task in page.json()["results"]]


@pytest.fixture
def varied(make_task, make_claimed):
    """Tasks of several statuses and priorities, some of them alike."""
    tasks = [make_task(priority=number % 3) for number in range(6)]
    for task in tasks[:2]:
        lifecycle.cancel(task, origin=ORIGIN)
    lifecycle.complete(make_claimed(), result={})
    lifecycle.fail(make_claimed(priority=9), code="x", message="Broken.")
    return Task.objects.all()


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("size", [1, 3])
def test_every_ordering_pages_there_and_back(api, varied, ordering, size):
    page = api.get(URL, {"ordering": ordering, "page_size": size})
    pages = [ids(page)]
    while following := page.json()["next"]:
        page = api.get(following)
        pages.append(ids(page))
    there = [pk for part in pages for pk in part]
    assert sorted(there) == sorted(str(task.pk) for task in varied)

    while before := page.json()["previous"]:
        page = api.get(before)
        pages.pop()
        assert ids(page) == pages[-1]
    assert len(pages) == 1


@pytest.mark.parametrize("name", ["priority", "finished_at", "status"])
def test_an_ordering_sorts_and_its_reverse_is_the_reverse(api, varied, name):
    tasks = api.get(URL, {"ordering": name}).json()["results"]
    backwards = api.get(URL, {"ordering": f"-{name}"}).json()["results"]

    values = [str(task[name] or "") for task in tasks]  # what has not ended is first
    assert values == sorted(values)
    assert backwards == tasks[::-1]


def test_what_ended_is_narrowed_to_a_span(api, varied):
    ended = [task for task in varied if task.finished_at]
    assert 0 < len(ended) < len(varied)
    first = min(task.finished_at for task in ended)

    before = api.get(URL, {"finished_before": first.isoformat()})
    after = api.get(URL, {"finished_after": first.isoformat()})

    assert ids(before) == []
    assert sorted(ids(after)) == sorted(str(task.pk) for task in ended)


def test_a_task_that_comes_or_goes_moves_no_page(api, varied, make_task):
    first = api.get(URL, {"ordering": "status", "page_size": 3})
    rest = set(ids(api.get(URL, {"ordering": "status"}))) - set(ids(first))
    make_task(title="new")
    lifecycle.delete(Task.objects.get(pk=ids(first)[0]))

    url = first.json()["next"].replace("page_size=3", "page_size=500")
    following = ids(api.get(url))

    assert set(following) >= rest - set(ids(first))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status": "cancelled"}, 2),
        ({"status": "cancelled,failed"}, 3),
        ({"status": ["cancelled", "completed"]}, 3),
        ({"priority": 9}, 1),
        ({"owner": "me"}, 8),
        ({"owner": "bob"}, 0),
        ({"queue": "default"}, 8),
        ({"queue": "other"}, 0),
        ({"source": "api"}, 8),
        ({"source": "schedule"}, 0),
        ({"operation": "workshop.echo"}, 8),
        ({"operation": "workshop.wait,workshop.echo"}, 8),
        ({"operation": ["workshop.wait", "workshop.echo"]}, 8),
        ({"operation": ["workshop.wait", "workshop.report"]}, 0),
        ({"operation": ""}, 8),
        ({"batch": "01a20000-0000-7000-8000-000000000000"}, 0),
    ],
)
def test_every_filter_narrows(api, varied, query, count):
    assert len(ids(api.get(URL, query))) == count


def test_finished_tasks_are_found_by_time(api, varied):
    now = timezone.now()
    later = (now + timedelta(hours=1)).isoformat()

    assert len(ids(api.get(URL, {"finished_before": later}))) == 4
    assert ids(api.get(URL, {"finished_after": later})) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "running"),
        ("priority", "high"),
        ("search", "a" * 1001),
        ("created_before", "0001-01-01T00:00:00+14:00"),
        ("finished_after", "9999-12-31T23:59:59-14:00"),
        ("source", "moon"),
        ("batch", "7"),
        ("created_after", "yesterday"),
        ("finished_before", "0"),
        ("ordering", "title"),
        ("page_size", "0"),
        ("page_size", "501"),
        ("page_size", "many"),
        ("cursor", "nonsense"),
        ("colour", "red"),
        ("priority", ["5", "6"]),
        ("page_size", ["1", "2"]),
    ],
)
def test_a_bad_parameter_is_named(api, name, value):
    answer = api.get(URL, {name: value})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def test_a_cursor_of_another_ordering_is_refused(api, varied):
    following = api.get(URL, {"page_size": 2}).json()["next"]

    answer = api.get(following + "&ordering=status")

    assert list(answer.json()["errors"]) == ["cursor"]


def forged(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


NEWEST = "2026-01-01T00:00:00+00:00"
PK = str(uuid.uuid4())


@pytest.mark.parametrize(
    ("ordering", "values"),
    [
        ("created_at", [None, PK]),
        ("created_at", [NEWEST, None]),
        ("created_at", ["2026-01-01", PK]),
        ("created_at", ["0001-01-01T00:00:00+14:00", PK]),
        ("created_at", ["9999-12-31T23:59:59-14:00", PK]),
        ("created_at", [NEWEST, PK, PK]),
        ("created_at", "text"),
        ("priority", [None, NEWEST, PK]),
        ("priority", [float("inf"), NEWEST, PK]),
        ("priority", [10**30, NEWEST, PK]),
        ("priority", ["5", NEWEST, PK]),
        ("operation", ["\x00", NEWEST, PK]),
        ("operation", ["\ud800", NEWEST, PK]),
        ("operation", [5, NEWEST, PK]),
    ],
)
def test_a_forged_cursor_is_refused(api, make_task, ordering, values):
    make_task()
    cursor = forged(ordering, False, values)  # noqa: FBT003  as the text has it

    response = api.get(URL, {"ordering": ordering, "cursor": cursor})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["cursor"]


def test_a_cursor_that_is_nested_without_end_is_refused(api):
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()

    assert api.get(URL, {"cursor": deep}).status_code == 400


@pytest.mark.parametrize("priority", ["-1e1000000", "1e9", "1.5", "10", "-1", "\u0665"])
def test_a_priority_is_one_digit_and_costs_nothing(api, priority):
    response = api.get(URL, {"priority": priority})

    assert list(response.json()["errors"]) == ["priority"]
