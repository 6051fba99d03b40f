"""When the clocks change, each slot comes once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from tasks_app.operations.schedules import slots_after, turn

from .plans import (
    BERLIN,
    NEW_YORK,
    cron,
    every,
    in_words,
    live,
    local,
    plan,
    schedule,
    slots,
    tasks,
    utc,
)

pytestmark = pytest.mark.django_db
HOUR: Final = timedelta(hours=1)
SPAN: Final = 2 * HOUR + timedelta(minutes=30)  # before and after the change

# When the clocks change, a time that is left out or repeated, and its one slot.
CHANGES: Final = {
    "Berlin, forward": (BERLIN, "2026-03-29 01:00", "30 2", "2026-03-29 01:00"),
    "Berlin, back": (BERLIN, "2026-10-25 01:00", "30 2", "2026-10-25 00:30"),
    "New York, forward": (NEW_YORK, "2026-03-08 07:00", "30 2", "2026-03-08 07:00"),
    "New York, back": (NEW_YORK, "2026-11-01 06:00", "30 1", "2026-11-01 05:30"),
}
each_change = pytest.mark.parametrize(
    ("zone", "changes_at", "odd", "slot"), CHANGES.values(), ids=CHANGES
)


def real(begin: datetime, end: datetime, step: timedelta) -> list[datetime]:
    """What a clock without daylight saving would count."""
    first = begin.replace(minute=0) + HOUR
    count = int((end - first) / step) + 1
    moments = [first + number * step for number in range(-4, count)]
    return [at for at in moments if begin < at <= end]


def rules(zone: str, odd: str) -> dict[str, Any]:
    return {
        "odd": cron(f"{odd} * * *", zone),
        "hourly": cron("0 * * * *", zone),
        "quarters": cron("*/15 * * * *", zone),
        "interval": every(20, "minutes"),
    }


def expected(begin: datetime, end: datetime, slot: str) -> dict[str, list[datetime]]:
    return {
        "odd": [utc(slot)],
        "hourly": real(begin, end, HOUR),
        "quarters": real(begin, end, HOUR / 4),
        "interval": real(begin, end, HOUR / 3),
    }


@each_change
def test_each_slot_is_submitted_once(alone, zone, changes_at, odd, slot):
    begin, end = utc(changes_at) - SPAN, utc(changes_at) + SPAN
    made = {
        name: schedule(rule, since=begin, name=name, missed="skip")
        for name, rule in rules(zone, odd).items()
    }

    live(begin, end)

    wanted = expected(begin, end, slot)
    assert {name: slots(each) for name, each in made.items()} == wanted
    assert tasks() == sum(len(found) for found in wanted.values())
    assert not any(run.is_late for each in made.values() for run in each.runs.all())


@each_change
@pytest.mark.parametrize("missed", ["skip", "once", "all"])
def test_a_beat_that_was_away_follows_the_policy(
    alone, zone, changes_at, odd, slot, missed
):
    begin, end = utc(changes_at) - SPAN, utc(changes_at) + SPAN
    made = {
        name: schedule(rule, since=begin, name=name, missed=missed)
        for name, rule in rules(zone, odd).items()
    }

    turn(begin)
    back = end + timedelta(minutes=2)  # so that nothing is on time
    live(back, back + timedelta(minutes=2))

    submitted = {"skip": slice(0, 0), "once": slice(-1, None), "all": slice(None)}
    for name, whole in expected(begin, end, slot).items():
        assert slots(made[name]) == whole[submitted[missed]], name
        left_out = [at for at in whole if at not in slots(made[name])]
        assert slots(made[name], "missed") == left_out, name


def test_times_of_the_hour_that_is_left_out_come_together(alone):
    """As in Debian's cron: what would have been at 2:00, 2:20 and 2:40 is at 3:00."""
    since = local("2026-03-29 01:30", BERLIN)
    made = schedule(cron("0,20,40 2,3 * * *", BERLIN), since=since)

    live(since, local("2026-03-29 04:00", BERLIN), seconds=30)

    found = in_words(slots(made), BERLIN)
    assert found == ["03-29 03:00+0200", "03-29 03:20+0200", "03-29 03:40+0200"]


def test_the_repeated_hour_is_not_run_again_by_a_beat_that_starts_within_it(alone):
    since = local("2026-10-25 02:10", BERLIN, fold=1)  # the second time it is 2:10
    made = schedule(cron("30 2 * * *", BERLIN), since=since)

    live(since, since + HOUR)

    assert slots(made) == []
    (following,) = slots_after(made.plan, since, most=1)
    assert in_words([following], BERLIN) == ["10-26 02:30+0100"]


def test_stars_go_by_the_clock_on_the_wall():
    even = plan(cron("0 */2 * * *", BERLIN))

    spring = slots_after(even, local("2026-03-29 00:30", BERLIN), most=2)
    autumn = slots_after(even, local("2026-10-25 00:30", BERLIN), most=3)

    assert in_words(spring, BERLIN) == ["03-29 04:00+0200", "03-29 06:00+0200"]
    repeated = ["10-25 02:00+0200", "10-25 02:00+0100", "10-25 04:00+0100"]
    assert in_words(autumn, BERLIN) == repeated


def test_a_midnight_that_is_left_out_comes_right_after():
    """In Beirut the clocks go from 0:00 to 1:00."""
    daily = plan(cron("0 0 * * *", "Asia/Beirut"))

    found = slots_after(daily, local("2026-03-28 12:00", "Asia/Beirut"), most=2)

    assert in_words(found, "Asia/Beirut") == ["03-29 01:00+0300", "03-30 00:00+0300"]


def test_half_an_hour_is_changed_too():
    """On Lord Howe Island the clocks go from 2:00 to 2:30."""
    zone = "Australia/Lord_Howe"
    daily = plan(cron("15 2 * * *", zone))

    found = slots_after(daily, local("2026-10-03 12:00", zone), most=2)

    assert in_words(found, zone) == ["10-04 02:30+1100", "10-05 02:15+1100"]
