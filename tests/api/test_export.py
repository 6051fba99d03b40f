"""The list as a file: what is in it, for whom, and in which form."""

from __future__ import annotations

import csv
import io
import json
import logging
import re

import pytest
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.api import export
from tasks_app.api.filters import TaskFilter
from tasks_app.credentials import issue_tokens
from tasks_app.models.paging import ORDERINGS
from tests.conftest import ORIGIN
from tests.contract.document import document

pytestmark = pytest.mark.django_db

LIST = "/api/v1/tasks/"
EXPORT = f"{LIST}export/"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(export, "PAGE", 3)


def text_of(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def rows_of(answer):
    """The lines of a CSV, by the names in its first one."""
    text = text_of(answer)
    assert text.startswith("\ufeff")
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_the_json_is_the_list_without_its_pages(api, make_task, make_claimed):
    for number in range(7):
        make_task(title=f"“{number}” ✓")
    lifecycle.complete(make_claimed(), result={})

    answer = api.get(EXPORT, {"format": "json"})

    tasks = json.loads(text_of(answer))
    assert tasks == api.get(LIST, {"page_size": 500}).json()["results"]
    assert len(tasks) == 8
    assert answer["Content-Type"] == "application/json"
    shape = document().operations[f"GET {EXPORT}"]["responses"]["200"]
    document()._valid(shape["content"]["application/json"]["schema"], tasks, EXPORT)


def test_the_csv_has_a_line_for_each_task(api, make_task, make_claimed):
    task = lifecycle.complete(make_claimed(title='A "b", c\nd ✓'), result={})
    for _ in range(6):
        make_task()

    answer = api.get(EXPORT)

    *others, row = rows_of(answer)
    assert len(others) == 6
    assert tuple(row) == export.COLUMNS
    assert (row["id"], row["title"]) == (str(task.pk), 'A "b", c\nd ✓')
    assert (row["status"], row["owner"]) == ("completed", "alice")
    assert (row["progress_percent"], row["progress_total"]) == ("100", "")
    assert row["cancel_requested"] == "false"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["finished_at"])
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "'"])
def test_no_cell_is_a_formula(api, make_task, begin):
    make_task(title=f"{begin}HYPERLINK(1)")

    (row,) = rows_of(api.get(EXPORT))

    assert row["title"] == f"'{begin}HYPERLINK(1)"


def test_nothing_is_a_list_of_nothing(api):
    assert json.loads(text_of(api.get(EXPORT, {"format": "json"}))) == []
    assert rows_of(api.get(EXPORT)) == []


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_it_is_ordered_like_the_list(api, make_task, make_claimed, ordering):
    for number in range(4):
        make_task(priority=number % 2)
        lifecycle.fail(make_claimed("workshop.slow"), code="x", message="x")
    asked = {"ordering": ordering}

    tasks = json.loads(text_of(api.get(EXPORT, {**asked, "format": "json"})))

    assert tasks == api.get(LIST, asked).json()["results"]
    assert len({task["id"] for task in tasks}) == 8


def test_it_is_narrowed_like_the_list(api_of_staff, bob, make_task):
    lifecycle.cancel(make_task(title="order", priority=9), origin=ORIGIN)
    make_task("workshop.slow", title="order")
    make_task(owner=bob)
    for asked in (
        {"status": "pending,cancelled", "operation": "workshop.echo"},
        {"search": "order", "priority": 9},
        {"owner": "bob", "source": "api", "queue": "default"},
        {"created_after": "2000-01-01T00:00:00Z", "created_before": "2000-01-02"},
        {"finished_after": "2000-01-01T00:00:00Z", "ordering": "finished_at"},
    ):
        answer = api_of_staff.get(EXPORT, {**asked, "format": "json"})
        listed = api_of_staff.get(LIST, asked).json()["results"]
        assert json.loads(text_of(answer)) == listed


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"format": "xlsx"}, "format"),
        ({"ordering": "owner"}, "ordering"),
        ({"status": "busy"}, "status"),
        ({"claimable": "1"}, "claimable"),
        ({"cursor": ""}, "cursor"),
        ({"page_size": "5"}, "page_size"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_downloaded(api, asked, wrong):
    for accept in ("*/*", "text/csv"):
        answer = api.get(EXPORT, asked, headers={"Accept": accept})

        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert "Content-Disposition" not in answer
        assert list(answer.json()["errors"]) == [wrong]


def test_every_filter_of_the_list_is_told_of():
    told = document().operations[f"GET {EXPORT}"]["parameters"]

    names = {parameter["name"] for parameter in told}
    assert names == {*TaskFilter.base_filters, "format", "ordering"} - {"claimable"}


def test_it_is_a_file_to_be_kept_that_no_browser_shows(api, make_task):
    make_task()
    for kind in ("csv", "json"):
        answer = api.get(EXPORT, {"format": kind})

        name = f"tasks-{timezone.localdate():%Y-%m-%d}.{kind}"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        text_of(answer)


@pytest.mark.parametrize("accept", ["text/csv", "application/json", "text/html,*/*"])
def test_links_and_programs_may_ask_for_it(client, alice, make_task, accept):
    make_task()
    client.force_login(alice)
    assert len(rows_of(client.get(EXPORT, headers={"Accept": accept}))) == 1

    client.logout()
    bearer = f"Bearer {issue_tokens(alice).access}"
    headers = {"Accept": accept, "Authorization": bearer}
    assert len(rows_of(client.get(EXPORT, headers=headers))) == 1


def test_it_leaves_a_line_in_the_audit_log(api, make_task, caplog):
    make_task()
    caplog.set_level(logging.INFO, logger="sightline.audit")

    text_of(api.get(EXPORT))

    (line,) = [r.audit for r in caplog.records if r.name == "sightline.audit"]
    assert (line["action"], line["who"], line["outcome"]) == ("export", "alice", "done")
