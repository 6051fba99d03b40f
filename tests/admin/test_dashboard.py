"""The dashboard: its numbers, who sees it, and that it costs little."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tasks_app import lifecycle
from tasks_app.models import Schedule, Statistics, Task, Worker
from tasks_app.operations.statistics import catch_up
from tests.conftest import ORIGIN
from tests.lifecycle.rows import fresh

from .places import DASHBOARD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(make_claimed, make_task):
    """What ended, runs and waits."""
    for _ in range(3):
        lifecycle.complete(make_claimed(), result={})
    for row in range(2):
        lifecycle.fail(
            make_claimed("workshop.slow"), code="bad_row", message=f"Row {row} is bad."
        )
    lifecycle.cancel(make_task(), origin=ORIGIN)
    make_claimed("workshop.slow")
    make_task()
    Worker.objects.create(name="one@here", queues=["default"], slots=4)
    catch_up(seconds=30)


def words(response):
    """The text of a page, with single blanks."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


@pytest.mark.usefixtures("busy")
def test_the_five_numbers_tell_what_happened(desk):
    told = words(desk.get(DASHBOARD))

    assert "Running 1 of 4 slots" in told
    assert "Queued 1 the oldest waits" in told
    assert "Finished, 2 h 5 none in the 2 hours before" in told
    assert "Failure rate 40.0 % nothing to compare with" in told
    assert re.search(r"Median duration \d+ ms 95 % within \d+", told)
    assert "What happened in the last 2 hours, with every operation" in told


@pytest.mark.usefixtures("busy")
def test_the_range_before_is_compared_with(desk):
    rows = list(Statistics.objects.filter(grain=60))
    for row in rows:
        row.pk, row.at = None, row.at - timedelta(hours=2)
        row.completed *= 2
    Statistics.objects.bulk_create(rows)

    told = words(desk.get(DASHBOARD))

    # 5 against 8, in up to a minute less time; 2 of 5 against 2 of 8
    assert re.search(r"Finished, 2 h 5 -3[678] % on the 2 hours before", told)
    assert "Failure rate 40.0 % +15.0 points" in told


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("name", "label"), [("15m", "15 minutes"), ("24h", "24 hours"), ("7d", "7 days")]
)
def test_the_range_is_in_the_address_and_in_words(desk, name, label):
    page = desk.get(DASHBOARD, {"range": name})

    assert f"What happened in the last {label}" in words(page)
    assert page.context["seen"].all.total.finished == 5
    assert f'range={name}" aria-current="true"' in page.content.decode()


@pytest.mark.usefixtures("busy")
def test_one_operation_may_be_looked_at(desk):
    page = desk.get(DASHBOARD, {"operation": "workshop.echo", "range": "15m"})

    told = words(page)
    assert "with the operation “Echo”" in told
    assert "Finished, 15 min 3" in told
    assert "Nothing that failed in the last 15 minutes is still failed" in told
    assert "?range=7d&amp;operation=workshop.echo" in page.content.decode()


@pytest.mark.parametrize("query", ["?range=1y", "?operation=%00", "?operation=none"])
def test_what_is_not_there_to_choose_shows_what_is_usual(desk, query):
    told = words(desk.get(DASHBOARD + query))

    assert "in the last 2 hours, with every operation" in told


@pytest.mark.usefixtures("busy")
def test_every_chart_has_its_numbers_as_a_table_and_lines_without_a_script(desk):
    page = desk.get(DASHBOARD)

    chart, took = page.context["charts"]
    assert [line.label for line in chart.lines] == ["finished", "failed"]
    assert len(chart.rows) == 120
    cells = [cells for _, cells in chart.rows if cells != ["0", "0"]]
    assert sum(int(finished) for finished, _ in cells) == 5
    assert all(points for _, points in [*chart.paths, *took.paths])
    text = page.content.decode()
    assert text.count("Show as table") == text.count('role="img"') == 2
    assert "5 tasks finished, of which 2 failed" in chart.summary


@pytest.mark.usefixtures("busy")
def test_operations_failures_workers_and_schedules_are_listed(desk):
    hourly = IntervalSchedule.objects.create(every=1, period="hours")
    for name, is_on in (("sync", True), ("tidy", False)):
        plan = PeriodicTask.objects.create(name=name, interval=hourly, enabled=is_on)
        Schedule.objects.create(plan=plan)
    page = desk.get(DASHBOARD)

    told = words(page)
    assert "Slow 2 100.0 %" in told
    assert "Echo 3 0.0 %" in told
    assert "2 \u00d7 Row # is bad. Slow · bad_row · first just now" in told
    assert "one@here 4 slots · queue default · seen just now" in told
    assert re.search(r"sync On · next (in \d+ (min|s)|now) · never ran", told)
    assert "tidy Off · never ran" in told
    assert 'task/?operation=workshop.slow"' in page.content.decode()


def test_an_empty_page_says_what_to_do(desk):
    told = words(desk.get(DASHBOARD))

    assert "Nothing ran in the last 2 hours. Start a task" in told
    assert "No worker is there: tasks wait until one is started." in told
    assert "No keeper is at work." in told
    lifecycle.take_keeper_lock(holder="me", seconds=60)
    assert "No keeper is at work." not in words(desk.get(DASHBOARD))


@pytest.mark.usefixtures("busy")
def test_who_sees_own_tasks_only_is_told_where_they_are(open_as, clerk):
    page = open_as(clerk).get(DASHBOARD)

    told = words(page)
    assert page.status_code == 200
    assert "The dashboard is about the tasks of everybody." in told
    assert "Row # is bad" not in told
    assert "Finished, 2 h" not in told


@pytest.mark.usefixtures("busy")
def test_the_page_takes_few_queries(desk, django_assert_max_num_queries):
    desk.get(DASHBOARD)

    with django_assert_max_num_queries(12):  # four of them say who asks
        assert desk.get(DASHBOARD).status_code == 200


@pytest.mark.usefixtures("busy")
def test_a_part_is_the_page_without_what_is_around_it(desk):
    part = desk.get(DASHBOARD, headers={"X-Fragment": "dashboard"})

    assert part["X-Fragment"] == "dashboard"
    assert "<html" not in part.content.decode()
    assert "Finished, 2 h 5" in words(part)


def test_a_dashboard_is_only_read(desk):
    assert desk.post(DASHBOARD).status_code == 405


@pytest.mark.usefixtures("busy")
def test_the_oldest_of_those_that_could_begin_is_told(desk, make_task):
    lifecycle.cancel(Task.objects.get(status="pending"), origin=ORIGIN)
    assert "Queued 0 nothing waits" in words(desk.get(DASHBOARD))
    make_task(not_before=timezone.now() + timedelta(hours=1))
    assert "Queued 1 all are delayed" in words(desk.get(DASHBOARD))
    waits = make_task()
    Task.objects.filter(pk=waits.pk).update(
        status_updated_at=fresh(waits).created_at - timedelta(seconds=70)
    )
    assert "Queued 2 the oldest waits 1 min 1" in words(desk.get(DASHBOARD))


def test_a_schedule_whose_time_never_comes_takes_no_page_away(desk):
    never = CrontabSchedule.objects.create(
        minute="0", hour="0", day_of_month="31", month_of_year="2"
    )
    PeriodicTask.objects.create(name="leap", crontab=never)
    PeriodicTask.objects.bulk_create([PeriodicTask(name="of no kind")])
    for plan in PeriodicTask.objects.filter(name__in=["leap", "of no kind"]):
        Schedule.objects.create(plan=plan)

    told = words(desk.get(DASHBOARD))

    assert "leap On · next never · never ran" in told
    assert "of no kind On · next never · never ran" in told
