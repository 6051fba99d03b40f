"""GET /api/v1/events/"""

from __future__ import annotations

import uuid

import pytest

from tasks_app import lifecycle
from tasks_app.api import events
from tasks_app.models import Feed
from tests.conftest import ORIGIN

URL = "/api/v1/events/"


def told(answer):
    return [(e["task"], e["to_status"]) for e in answer["events"]]


@pytest.fixture
def history(transactional_db, make_task):
    """Two tasks of alice, one cancelled: three events, in this order."""
    first, second = make_task(), make_task()
    lifecycle.cancel(first, origin=ORIGIN)
    return [
        (str(first.pk), "pending"),
        (str(second.pk), "pending"),
        (str(first.pk), "cancelled"),
    ]


def test_everything_is_told_in_the_order_it_happened(history, api):
    answer = api.get(URL).json()

    assert told(answer) == history
    assert (answer["more"], answer["reset"]) == (False, False)


def test_the_cursor_goes_on_where_the_answer_ended(history, api, make_task):
    cursor = api.get(URL).json()["cursor"]
    assert told(api.get(URL, {"after": cursor}).json()) == []

    new = make_task()

    assert told(api.get(URL, {"after": cursor}).json()) == [(str(new.pk), "pending")]


def test_pages_follow_each_other_without_gap_or_double(history, api, monkeypatch):
    monkeypatch.setattr(events, "PAGE", 2)

    first = api.get(URL).json()
    second = api.get(URL, {"after": first["cursor"]}).json()

    assert told(first) + told(second) == history
    assert (first["more"], second["more"]) == (True, False)


def test_a_stranger_is_told_nothing_of_others(history, api_of_bob):
    assert api_of_bob.get(URL).json()["events"] == []


def test_staff_are_told_of_all(history, api_of_staff):
    assert told(api_of_staff.get(URL).json()) == history


def test_after_a_restore_the_feed_begins_anew_and_says_so(history, api):
    cursor = api.get(URL).json()["cursor"]
    Feed.objects.update(epoch=uuid.uuid4())

    answer = api.get(URL, {"after": cursor}).json()

    assert answer["reset"] is True
    assert told(answer) == history


PLACE = f"{uuid.uuid4().hex}.1"


@pytest.mark.parametrize(
    "after",
    ["1", "a.b.c", PLACE, "..", "-", f"{PLACE}.{'9' * 5000}", f"{PLACE}{'1' * 30}.1"],
)
def test_what_is_no_cursor_is_refused_by_name(history, api, after):
    response = api.get(URL, {"after": after})

    assert response.status_code == 400
    assert response.json()["errors"]["after"] == ["This is not a cursor of this feed."]
