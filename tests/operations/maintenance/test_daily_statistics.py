"""The statistics of the day are kept, told, and compared with the day before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.utils import timezone

from tasks_app.models import DailyStatistics, Statistics
from tasks_app.models.daily import begin_of
from tasks_app.models.statistics import HOUR
from tests.operations.disk import filled
from tests.operations.files.conftest import artifact, result_of, run_task

from .conftest import moved

pytestmark = pytest.mark.embedded_only
DAY = timedelta(days=1)


@pytest.fixture
def hours(settings):
    """Five days of invented hours, the last of them yesterday's."""
    settings.TIME_ZONE = "UTC"
    yesterday = datetime.now(UTC).date() - DAY
    for back in range(5):
        for operation, failed in [("workshop.echo", 0), ("workshop.slow", back)]:
            at = begin_of(yesterday - back * DAY) + timedelta(hours=23)
            numbers = {"started": 10, "completed": 10 - failed, "failed": failed}
            ran = {"ran": {"5": 10}}
            facts = {"grain": HOUR, "at": at, "operation": operation}
            Statistics.objects.create(**facts, **numbers, **ran)
    return yesterday


def test_every_day_that_was_missed_is_filled_and_the_last_is_told(run, hours):
    told = result_of(run("daily_statistics"))

    assert told["day"] == hours.isoformat()
    assert told["days_added"] == [
        (hours - back * DAY).isoformat() for back in range(4, -1, -1)
    ]
    assert told["days_not_counted_yet"] == []
    assert told["totals"]["finished"] == 20
    assert told["totals"]["failure_rate"] == 0
    assert told["day_before"]["failed"] == 1
    assert (told["change"]["failed"], told["change"]["started"]) == (-1, 0)
    assert DailyStatistics.objects.count() == 10
    assert result_of(run("daily_statistics"))["days_added"] == []


def test_the_spreadsheet_has_a_row_for_each_operation(run, hours):
    task = run("daily_statistics", day=(hours - 2 * DAY).isoformat())

    book = openpyxl.load_workbook(artifact(task, "daily-statistics.xlsx"))
    (sheet,) = book.worksheets
    header, *rows = sheet.iter_rows(values_only=True)

    assert sheet.title == (hours - 2 * DAY).isoformat()
    assert header[:5] == ("Operation", "Started", "Completed", "With errors", "Failed")
    assert [row[:7] for row in rows] == [
        ("workshop.echo", 10, 10, 0, 0, 0, 0),
        ("workshop.slow", 10, 8, 0, 2, 0, 20),
        ("All", 20, 18, 0, 2, 0, 10),
    ]
    assert rows[2][11:] == (20, 3)


def test_a_day_that_is_not_counted_yet_is_left_and_said(run, hours, monkeypatch):
    yesterday = begin_of(hours)
    monkeypatch.setattr(
        "tasks_app.operations.maintenance.days.settled_until", lambda now: yesterday
    )

    told = result_of(run("daily_statistics"))

    assert told["days_not_counted_yet"] == [hours.isoformat()]
    assert told["day"] == (hours - DAY).isoformat()
    assert not DailyStatistics.objects.filter(day=hours).exists()
    monkeypatch.undo()
    assert result_of(run("daily_statistics"))["days_added"] == [hours.isoformat()]


def test_an_unknown_day_is_refused_in_words(run, hours):
    task = run("daily_statistics", day="2001-02-03")

    assert (task.status, task.error_code) == ("failed", "no_numbers")
    assert "There are no numbers of 2001-02-03." in task.error_message


def test_on_a_full_disk_it_fails_and_has_kept_the_numbers(
    hours, submit, small_disk, media, settings, left
):
    left()
    pending = submit("daily_statistics")
    moved(media, small_disk, settings)
    filled(small_disk, leave=0)

    task = run_task(pending)

    assert (task.status, task.error_code) == ("failed", "disk_full")
    assert not task.artifacts.exists()
    assert DailyStatistics.objects.count() == 10


def test_a_site_without_any_history_has_nothing_to_tell(run, settings):
    settings.TIME_ZONE = "UTC"
    told = result_of(run("daily_statistics"))

    assert told["totals"]["finished"] == 0
    assert told["totals"]["failure_rate"] is None
    assert told["day"] == (timezone.now().date() - DAY).isoformat()
