"""“Retry these” retries exactly the tasks that failed alike and still are failed."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.auth.models import Permission

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations import runner
from tasks_app.operations.statistics import catch_up
from tests.conftest import ORIGIN
from tests.lifecycle.rows import claim, fresh

from .places import DASHBOARD, told

pytestmark = pytest.mark.django_db(transaction=True)
RETRY = f"{DASHBOARD}retry/"


@pytest.fixture
def failed(make_claimed):
    """Three that failed alike, one that failed in another way."""
    messages = [
        "Row 1 is bad.",
        "Row 2 is bad.",
        "Row 3 is bad.",
        "The till is closed.",
    ]
    tasks = [
        lifecycle.fail(make_claimed(title=text), code="x", message=text)
        for text in messages
    ]
    catch_up(seconds=30)
    return tasks


def links(client):
    text = client.get(DASHBOARD).content.decode()
    found = re.findall(r'href="([^"]+/dashboard/retry/[^"]+)"', text)
    return [link.replace("&amp;", "&") for link in found]


def sent(page):
    """The fields of the form on the page."""
    form = page.content.decode().partition('<form class="card"')[2]
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def run(task):
    """Let a worker do what was asked for."""
    runner.attempt(claim(task))
    return fresh(task)


def test_the_page_says_how_many_and_a_task_retries_exactly_these(desk, failed):
    largest = links(desk)[0]
    page = desk.get(largest)
    assert "Retry 3 tasks" in page.content.decode()
    assert "Row # is bad." in page.content.decode()

    answer = desk.post(RETRY, sent(page), follow=True)

    task = Task.objects.get(operation="maintenance.bulk")
    assert answer.redirect_chain[-1][0].endswith(f"{task.pk}/change/")
    assert "3 tasks will run again." in told(answer)[0]
    assert run(task).result == {"done": 3}
    assert [fresh(each).status for each in failed] == [*["pending"] * 3, "failed"]


def test_the_dashboard_leads_to_the_tasks_that_failed_alike(desk, failed, make_task):
    make_task(title="of another kind")
    text = desk.get(DASHBOARD).content.decode()
    [first, *_] = re.findall(r'href="([^"]+\?status=failed[^"]+)"', text)

    page = desk.get(first.replace("&amp;", "&"))

    shown = page.context["cl"]
    assert len(shown.rows) == shown.total == 3
    assert {row.task.error_message[:3] for row in shown.rows} == {"Row"}
    assert shown.errors == []
    assert "Failed alike" in page.content.decode()


def test_what_moved_on_or_failed_since_is_left_alone(desk, failed, make_claimed):
    later = make_claimed()
    page = desk.get(links(desk)[0])
    lifecycle.retry(failed[0], attempts=1, origin=ORIGIN)
    lifecycle.retry(failed[1], attempts=1, origin=ORIGIN)
    lifecycle.fail(claim(failed[1]), code="x", message="Something else.")
    lifecycle.fail(later, code="x", message="Row 4 is bad.")
    catch_up(seconds=30)

    desk.post(RETRY, sent(page))

    task = run(Task.objects.get(operation="maintenance.bulk"))
    assert task.result == {"done": 1}
    assert fresh(failed[2]).status == "pending"
    assert fresh(failed[1]).status == fresh(later).status == "failed"


def test_when_none_is_failed_any_more_nothing_is_started(desk, failed):
    page = desk.get(links(desk)[0])
    for task in failed:
        lifecycle.retry(task, attempts=1, origin=ORIGIN)

    answer = desk.post(RETRY, sent(page), follow=True)

    assert "Nothing was changed" in told(answer)[0]
    assert not Task.objects.filter(operation="maintenance.bulk").exists()
    assert "There is nothing to retry" in desk.get(RETRY, sent(page)).content.decode()


@pytest.mark.parametrize("missing", ["retry_task", "view_task"])
def test_who_may_not_retry_for_others_is_not_offered_it(desk, staff, failed, missing):
    link = links(desk)[0]
    staff.groups.get().permissions.remove(Permission.objects.get(codename=missing))

    assert links(desk) == []
    assert desk.get(link).status_code == 403
    assert desk.post(RETRY, dict(parse_qsl(urlsplit(link).query))).status_code == 403
    assert not Task.objects.filter(operation="maintenance.bulk").exists()


@pytest.mark.parametrize("group", ["", "none", "\0"])
def test_a_group_that_is_not_there_is_told(desk, group):
    assert desk.get(RETRY, {"error_group": group}).status_code == 404


@pytest.mark.parametrize("since", ["", "soon", "2026-13-01T00:00:00Z", "2026-01-01"])
def test_a_time_that_is_none_leaves_all_of_the_group(desk, failed, since):
    query = dict(parse_qsl(urlsplit(links(desk)[0]).query))

    assert desk.get(RETRY, query | {"since": since}).context["count"] == 3


def test_acting_on_many_is_not_offered_to_be_retried(desk, staff, make_task):
    task = make_task("maintenance.bulk", owner=staff, params={})
    lifecycle.fail(claim(task), code="x", message="Broken.")
    catch_up(seconds=30)

    assert "Broken." in desk.get(DASHBOARD).content.decode()
    assert links(desk) == []


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59Z"])
def test_a_time_that_is_none_everywhere_is_no_bound(desk, failed, settings, moment):
    settings.TIME_ZONE = "Asia/Tokyo"
    link = links(desk)[0].partition("&since=")[0]

    for name in ("since", "until"):
        asked = {"since": "", name: moment}
        page = desk.get(
            link, {"error_group": parse_qsl(urlsplit(link).query)[0][1], **asked}
        )
        assert page.status_code == 200
        assert "T" not in sent(page).get("since", "")
