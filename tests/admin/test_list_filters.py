"""What narrows the list: the words of the API, each checked, none fatal."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .places import LIST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

BATCH = "01a20000-0000-7000-8000-000000000000"


def test_filters_and_search_narrow_together(
    rows: Callable[..., list[str]], make_task: Callable[..., Task], staff: User
) -> None:
    make_task("workshop.echo", title="orders", owner=staff)
    make_task("workshop.count", title="orders", owner=staff)
    make_task("workshop.echo", title="orders of alice")
    make_task("workshop.echo", title="invoices", owner=staff)

    assert rows("?search=orders&operation=workshop.echo&owner=staff") == ["orders"]
    assert rows("?owner=alice") == ["orders of alice"]
    assert rows("?owner=me&search=invoices") == ["invoices"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=cancelled", ["urgent"]),
        ("?status=cancelled,pending", ["urgent", "usual"]),
        ("?status=cancelled&status=pending", ["urgent", "usual"]),
        ("?priority=9", ["urgent"]),
        ("?priority=0", []),
        ("?source=api", ["urgent", "usual"]),
        ("?source=schedule", []),
        ("?queue=default", ["urgent", "usual"]),
        ("?queue=other", []),
        ("?operation=workshop.echo,workshop.count", ["urgent", "usual"]),
        ("?operation=not.installed", []),
        ("?owner=nobody-of-this-name", []),
        (f"?batch={BATCH}", []),
        ("?created=1h", ["urgent", "usual"]),
        ("?created_before=2020-01-01", []),
        ("?created_after=2020-01-01T10:00", ["urgent", "usual"]),
        ("?created=24h&created_after=2999-01-01T00:00:00Z", []),
        ("?finished_after=2020-01-01", ["urgent"]),
        ("?status=&search=&created=", ["urgent", "usual"]),
    ],
)
def test_every_filter_narrows(
    rows: Callable[..., list[str]],
    make_task: Callable[..., Task],
    query: str,
    found: list[str],
) -> None:
    make_task(title="usual")
    lifecycle.cancel(make_task(title="urgent", priority=9), origin=ORIGIN)

    assert rows(query) == found


def test_a_span_is_counted_from_now(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    narrowed = desk.get(f"{LIST}?created=7d").context["cl"].asked.narrowed

    past = timezone.now() - narrowed["created_after"]
    assert timedelta(days=7) <= past < timedelta(days=7, minutes=1)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?status=running", "“running” is left out: status can be pending, "),
        ("?source=moon", "“moon” is left out: source can be api, "),
        ("?priority=10", "“10” is left out: priority is a number from 0 to 9."),
        ("?priority=1e1000000", "“1e1000000” is left out: priority is a number"),
        ("?priority=%D9%A5", "priority is a number from 0 to 9."),
        ("?batch=7", "“7” is left out: batch is the id of a batch."),
        ("?created=1y", "“1y” is left out: created can be 1h, 24h, 7d, 30d."),
        ("?created_after=yesterday", "created_after is a time such as 2026-11-22"),
        ("?created_before=0001-01-01T00:00%2B14:00", "created_before is a time"),
        ("?finished_after=9999-12-31T23:59:59-14:00", "finished_after is a time"),
        ("?ordering=title", "“title” is left out: ordering can be created_at, "),
        ("?search=a%00b", "search holds a character that no task can have."),
        ("?owner=%00", "owner holds a character that no task can have."),
        ("?search=" + "a" * 1001, "search may have at most 1,000 characters."),
        ("?colour=red", "“colour” is no filter of this list."),
        ("?owner__password=x", "“owner__password” is no filter of this list."),
        ("?q=orders", "“q” is no filter of this list."),
        ("?queue=a&queue=b", "“queue” is given more than once; the last one counts."),
        ("?cursor=nonsense", "That page is not to be found in this order."),
        ("?cursor=" + "W" * 900, "That page is not to be found in this order."),
    ],
)
def test_what_is_not_understood_is_told_and_the_rest_is_kept(
    desk: Client, make_task: Callable[..., Task], query: str, sentence: str
) -> None:
    make_task(title="kept")
    make_task("workshop.count", title="hidden")
    query = f"{query}&operation=workshop.echo"

    response: Any = desk.get(LIST + query)

    assert response.status_code == 200
    found = response.context["cl"]
    assert any(sentence in each for each in found.errors), found.errors
    assert found.asked.given["operation"] == "workshop.echo"
    if "queue" not in query:
        assert [row.task.title for row in found.rows] == ["kept"]
    assert 'role="alert"' in response.content.decode()


def test_a_cursor_of_another_order_begins_anew(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    for _ in range(51):
        make_task()
    following = desk.get(LIST).context["cl"].next_href()

    found = desk.get(f"{LIST}{following}&ordering=status").context["cl"]

    assert len(found.rows) == 50
    assert found.errors[0].startswith("That page is not to be found")


def test_markup_in_an_address_is_text(desk: Client, db: None) -> None:
    bad = "%3Cscript%3Ealert(1)%3C/script%3E"
    for query in (f"?search={bad}", f"?status={bad}", f"?{bad}=1", f"?operation={bad}"):
        assert "<script>alert" not in desk.get(LIST + query).content.decode()


def test_a_batch_is_a_filter_that_can_be_taken_away(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    batch = uuid.UUID(BATCH)

    found = desk.get(f"{LIST}?batch={batch}&search=orders").context["cl"]

    [chip] = found.menus.chips()
    assert (chip.label, chip.href) == ("Batch", "?search=orders")


def test_the_form_keeps_what_was_asked_for(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    query = (
        "?status=failed&operation=not.installed&owner=bob&created=7d&source=api"
        "&priority=3&queue=slow&created_after=2026-01-02T03:04&ordering=-priority"
    )

    content = desk.get(LIST + query).content.decode()

    for kept in (
        '<input type="hidden" name="status" value="failed">',
        '<option value="not.installed" selected>',
        'name="owner" value="bob"',
        '<option value="7d" selected>',
        '<option value="api" selected>',
        '<option value="3" selected>',
        'name="queue" value="slow"',
        'name="created_after" value="2026-01-02T03:04"',
        '<option value="-priority" selected>',
    ):
        assert kept in content


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("", "No task yet."), ("?search=nowhere", "No task matches.")],
)
def test_an_empty_list_says_what_to_do(
    desk: Client, db: None, query: str, sentence: str
) -> None:
    assert sentence in desk.get(LIST + query).content.decode()


def test_names_in_the_owners_menu_are_of_this_page_and_cost_no_scan(
    desk: Client, make_task: Callable[..., Task], bob: User
) -> None:
    make_task(owner=bob)
    make_task(owner=None)

    content = desk.get(LIST).content.decode()

    assert '<option value="me"><option value="bob"></datalist>' in content


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Asia/Tokyo", "9999-12-31T23:59Z"),
        ("America/New_York", "0001-01-01T00:00Z"),
        ("UTC", "0001-01-01T00:00+14:00"),
    ],
)
def test_a_time_that_is_none_in_every_zone_is_left_out_in_words(
    desk: Client, settings: Any, zone: str, moment: str
) -> None:
    settings.TIME_ZONE = zone
    for name in ("created_after", "created_before", "finished_after"):
        response: Any = desk.get(LIST, {name: moment})

        assert response.status_code == 200
        assert f"{name} is a time such as" in response.context["cl"].errors[0]
