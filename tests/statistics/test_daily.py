"""The numbers of a day are those of its hours, in the site's zone, and stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tasks_app import lifecycle
from tasks_app.models import DailyStatistics, Statistics, TaskEvent
from tasks_app.models.daily import begin_of
from tasks_app.models.feed import Feed
from tasks_app.models.statistics import HOUR, QUARTER
from tasks_app.models.tally import Tally
from tasks_app.operations.statistics import catch_up
from tasks_app.operations.statistics.daily import days_at_hand, fill, settled_until
from tests.lifecycle.rows import Make

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def span(at: datetime, *, grain: int = HOUR, **numbers: int) -> None:
    """What the keeper added up for one hour, each ending in its bucket."""
    ran = {"5": numbers.get("completed", 0)}
    facts = {"grain": grain, "at": at, "operation": "workshop.echo", "ran": ran}
    Statistics.objects.create(**facts, **numbers)


def kept(day: date) -> int | None:
    tally = DailyStatistics.objects.tallies(day).get("workshop.echo")
    return None if tally is None else tally.completed


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("UTC", date(2026, 10, 25), 24),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("America/Santiago", date(2026, 9, 6), 23),  # has no midnight
        ("Australia/Sydney", date(2026, 4, 5), 25),
    ],
)
def test_a_day_has_the_hours_that_its_clocks_show(settings, zone, day, hours):
    settings.TIME_ZONE = zone
    begin = begin_of(day).astimezone(UTC)
    for number in range(-30, 60):
        span(begin + timedelta(hours=number), completed=1)

    assert fill(day, now=begin + 3 * DAY)

    assert kept(day) == hours
    (tally,) = DailyStatistics.objects.tallies(day).values()
    assert sum(tally.ran.values()) == hours
    assert fill(day + DAY, now=begin + 3 * DAY)
    assert fill(day - DAY, now=begin + 3 * DAY)
    assert kept(day + DAY) == 24


def test_days_that_begin_within_an_hour_are_added_up_from_quarters(settings):
    settings.TIME_ZONE = "Asia/Kolkata"  # +05:30
    day = date(2026, 7, 1)
    begin = datetime(2026, 6, 30, 18, 30, tzinfo=UTC)
    for number in range(-4, 100):
        at = begin + number * timedelta(minutes=15)
        span(at, grain=QUARTER, completed=1)
        if at.minute == 0:
            span(at, completed=4)

    assert fill(day, now=begin + 2 * DAY)

    assert kept(day) == 96
    assert not fill(day - DAY, now=begin + 20 * DAY)  # the quarters may be gone


def test_the_same_day_again_changes_nothing_and_less_never_replaces_it():
    day, begin = date(2026, 7, 1), datetime(2026, 7, 1, tzinfo=UTC)
    for hour in range(24):
        span(begin + timedelta(hours=hour), completed=2, failed=1)
    now = begin + 2 * DAY
    assert fill(day, now=now)
    assert not fill(day, now=now)

    Statistics.objects.filter(at__lt=begin + timedelta(hours=5)).delete()
    assert not fill(day, now=now)
    assert kept(day) == 48

    span(begin, completed=20, failed=9)  # of a database that was restored
    assert fill(day, now=now)
    assert kept(day) == 58


def test_a_day_is_left_whose_hours_are_forgotten_in_part():
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    days = days_at_hand(now)

    assert (days[0], days[-1]) == (date(2026, 5, 28), date(2026, 6, 30))
    assert len(days) == 34


def test_numbers_outlive_tasks_and_hours(make_claimed: Make):
    now = datetime.now(UTC)
    lifecycle.complete(make_claimed(), result={})
    catch_up()
    today, later = now.date(), now + 2 * DAY
    begin = begin_of(datetime.now(UTC).date())
    assert settled_until(later) == later - timedelta(minutes=5)

    fill(today, now=later)
    fill(today + DAY, now=later)  # should midnight have passed just now
    lifecycle.delete(TaskEvent.objects.latest("pk").task)
    Statistics.objects.all().delete()

    assert kept(begin.date()) == 1


def test_what_the_keeper_has_not_counted_is_not_settled(make_claimed: Make):
    later = datetime.now(UTC) + 2 * DAY
    task = make_claimed()
    first = TaskEvent.objects.earliest("at").at
    assert settled_until(later) == first

    catch_up()
    assert settled_until(later) == later - timedelta(minutes=5)
    lifecycle.complete(task, result={})
    assert first < settled_until(later) < later - DAY

    catch_up()
    Feed.objects.update(epoch="0" * 32)
    assert settled_until(later) < first  # nobody knows before the keeper looked


def test_a_tally_without_anything_is_no_day():
    assert not fill(date(2026, 7, 1), now=datetime(2026, 7, 3, tzinfo=UTC))
    assert DailyStatistics.objects.tallies(date(2026, 7, 1)) == {}
    assert Tally().finished == 0
