"""The numbers of the dashboard over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from tasks_app import lifecycle
from tasks_app.models import Statistics
from tasks_app.models.statistics import MINUTE
from tasks_app.operations.statistics import catch_up
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/statistics/"


@pytest.fixture
def figures(api_of_staff):
    """Return a function that counts what happened and asks for it."""

    def ask(**query: Any) -> dict[str, Any]:
        catch_up(seconds=30)
        answer = api_of_staff.get(URL, query)
        assert answer.status_code == 200, answer.json()
        return dict(answer.json())

    return ask


@pytest.fixture
def three_ended(make_claimed, make_task):
    lifecycle.complete(make_claimed(), result={})
    lifecycle.fail(make_claimed("workshop.slow"), code="x", message="Row 3 is bad.")
    lifecycle.cancel(make_task(), origin=ORIGIN)


@pytest.mark.parametrize(
    ("name", "points"), [("15m", 15), ("2h", 120), ("24h", 96), ("7d", 168)]
)
@pytest.mark.usefixtures("three_ended")
def test_every_range_tells_what_happened(figures, name, points):
    told = figures(range=name)

    total = told["total"]
    assert (total["finished"], total["failed"], total["cancelled"]) == (2, 1, 1)
    assert total["failure_rate"] == 0.5
    assert 0 < total["ran_seconds"]["median"] <= total["ran_seconds"]["most"] < 5
    assert len(told["points"]) == points
    assert sum(point["finished"] for point in told["points"]) == 2
    assert sorted(told["operations"]) == ["workshop.echo", "workshop.slow"]
    (failure,) = told["failures"]
    assert (failure["text"], failure["count"]) == ("Row # is bad.", 1)


@pytest.mark.usefixtures("three_ended")
def test_one_operation_is_told_alone(figures, make_task):
    make_task("workshop.slow")

    told = figures(operation="workshop.echo")

    assert list(told["operations"]) == ["workshop.echo"]
    assert (told["total"]["failed"], told["failures"]) == (0, [])
    assert told["now"]["queued"] == 0


@pytest.mark.usefixtures("three_ended")
def test_the_range_before_is_told_apart(figures):
    catch_up()
    earlier = timedelta(hours=2)
    Statistics.objects.filter(grain=MINUTE).update(at=F("at") - earlier)

    told = figures(range="2h")

    assert told["total"]["finished"] == 0
    assert told["before"]["finished"] == 2
    assert told["before"]["ran_seconds"] == {"median": None, "most": None}


def test_what_waits_is_counted_from_when_it_could_begin(figures, make_task):
    first = make_task()
    make_task("workshop.slow")
    lifecycle.pause(make_task(), origin=ORIGIN)

    now = figures()["now"]

    assert (now["queued"], now["running"]) == (2, 0)
    assert now["slots"] == 0
    later = make_task(not_before=first.created_at + timedelta(days=1))
    type(first).objects.exclude(pk=later.pk).update(
        status_updated_at=first.created_at - timedelta(seconds=30)
    )
    assert 30 <= figures()["now"]["oldest_waits_seconds"] < 60


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"range": "1y"}, "range"),
        ({"operation": "a\x00b"}, "operation"),
        ({"operation": "x" * 101}, "operation"),
        ({"since": "now"}, "since"),
    ],
)
def test_a_wrong_question_is_named(api_of_staff, query, name):
    answer = api_of_staff.get(URL, query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def test_it_takes_few_queries_however_much_there_is(
    api_of_staff, make_claimed, django_assert_max_num_queries
):
    for operation in ("workshop.echo", "workshop.slow", "workshop.explode"):
        lifecycle.fail(make_claimed(operation), code="x", message="It broke.")
    catch_up(seconds=30)

    with django_assert_max_num_queries(9):  # four of them say who asks
        assert api_of_staff.get(URL).status_code == 200
