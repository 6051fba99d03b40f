"""A rule names its slots, the same ones whoever looks, whenever."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from django_celery_beat.models import ClockedSchedule, SolarSchedule

from tasks_app.operations.schedules import cron_of, rule_in_words, slots_after

from .plans import BERLIN, cron, every, in_words, plan, utc


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("0 2 * * *", ["01-31 02:00", "02-01 02:00", "02-02 02:00"]),
        ("*/15 * * * *", ["01-30 12:15", "01-30 12:30", "01-30 12:45"]),
        ("0 0 31 * *", ["01-31 00:00", "03-31 00:00", "05-31 00:00"]),
        ("0 0 29 2 *", ["02-29 00:00", "02-29 00:00", "02-29 00:00"]),  # of leap years
        ("30 6 * jan-mar mon", ["02-02 06:30", "02-09 06:30", "02-16 06:30"]),
        ("0 9 * * monday,7", ["02-01 09:00", "02-02 09:00", "02-08 09:00"]),
        ("0 22-1 * * fri-sun", ["01-30 22:00", "01-30 23:00", "01-31 00:00"]),
        ("5 0-23/12 1,15 * *", ["02-01 00:05", "02-01 12:05", "02-15 00:05"]),
        # Celery wants both days to agree, where cron takes either.
        ("0 0 13 * fri", ["02-13 00:00", "03-13 00:00", "11-13 00:00"]),
        ("0 0 1-7 * 1", ["02-02 00:00", "03-02 00:00", "04-06 00:00"]),
        ("0 12 * * 0-7", ["01-31 12:00", "02-01 12:00", "02-02 12:00"]),
        ("0 12 * * 5-7", ["01-31 12:00", "02-01 12:00", "02-06 12:00"]),
    ],
)
def test_cron_fields_are_read_as_celery_reads_them(rule, expected):
    found = slots_after(plan(cron(rule)), utc("2026-01-30 12:00"), most=3)

    assert [text[:11] for text in in_words(found)] == expected


def test_a_leap_day_comes_in_leap_years():
    found = slots_after(plan(cron("0 0 29 2 *")), utc("2026-01-01 00:00"), most=3)

    assert [slot.year for slot in found] == [2028, 2032, 2036]


def test_each_rule_has_the_time_zone_it_says():
    after = utc("2026-07-01 00:00")
    zones = {"UTC": "06:00", BERLIN: "04:00", "Asia/Kolkata": "00:30"}

    for zone, expected in zones.items():
        (slot,) = slots_after(plan(cron("0 6 * * *", zone)), after, most=1)
        assert f"{slot:%H:%M}" == expected


def test_the_slots_do_not_depend_on_when_one_begins_to_look():
    rule = plan(cron("7,37 */3 * * 1-5", BERLIN))
    begin = utc("2026-03-27 00:00")
    whole = slots_after(rule, begin, most=80)

    for minutes in range(0, 6 * 24 * 60, 41):
        after = begin + timedelta(minutes=minutes)
        later = [slot for slot in whole if slot > after]
        assert slots_after(rule, after, most=5) == later[:5]


@pytest.mark.parametrize(
    ("count", "period", "seconds"),
    [(1, "seconds", 1), (90, "seconds", 90), (2, "hours", 7200), (1, "days", 86_400)],
)
def test_an_interval_has_the_same_slots_after_every_restart(count, period, seconds):
    rule = plan(every(count, period))
    for text in ("2026-03-29 00:30:15.25", "2026-10-25 00:59:59.999999"):
        found = slots_after(rule, utc(text), most=3)
        assert all(slot.timestamp() % seconds == 0 for slot in found)
        assert (found[2] - found[0]).total_seconds() == 2 * seconds
        assert utc(text) < found[0] <= utc(text) + timedelta(seconds=seconds)


def test_an_interval_with_a_beginning_is_counted_from_there():
    begins, ends = utc("2026-05-01 10:07"), utc("2026-05-01 11:07")
    rule = plan(every(20, "minutes"), start_time=begins, expires=ends)

    found = slots_after(rule, utc("2026-01-01 00:00"), most=9)

    assert [f"{slot:%H:%M}" for slot in found] == ["10:07", "10:27", "10:47"]
    assert slots_after(rule, begins, most=1) == [utc("2026-05-01 10:27")]


def test_a_moment_is_one_slot():
    at = utc("2026-05-01 10:07")
    once = plan(ClockedSchedule(clocked_time=at), one_off=True)

    assert slots_after(once, at - timedelta(days=9), most=5) == [at]
    assert slots_after(once, at, most=5) == []
    assert rule_in_words(once) == "Once, on 1 May 2026, 10:07, UTC"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (cron("70 * * * *"), "“70” is no minute."),
        (cron("* 24 * * *"), "“24” is no hour."),
        (cron("* * 0 * *"), "“0” is no day of a month."),
        (cron("* * * mon *"), "“mon” is no month."),
        (cron("* * * * mar"), "“mar” is no day of the week."),
        (cron("jan * * * *"), "“jan” is no minute."),
        (cron("5/10 * * * *"), "“5/10” is no minute."),
        (cron("*/0 * * * *"), "“*/0” is no minute."),
        (cron("1,,2 * * * *"), "“1,,2” is no minute."),
        (cron("* * L * *"), "“L” is no day of a month."),
        (cron("* * * * 1#2"), "“1#2” is no day of the week."),
        (cron("0 0 31 2,4 *"), "None of these months has that day"),
        (cron("0 0 30 2 mon"), "None of these months has that day"),
        (every(0), "An interval is one second at least"),
        (every(10**12, "days"), "ten years at most"),
        (every(1, "microseconds"), "“microseconds” cannot be counted."),
    ],
)
def test_a_rule_that_cannot_be_read_has_no_slots_and_says_why(rule, words):
    assert slots_after(plan(rule), utc("2026-01-01 00:00"), most=1) == []
    assert words in rule_in_words(plan(rule))


def test_nothing_follows_the_sun():
    sunrise = SolarSchedule(event="sunrise", latitude=52, longitude=13)
    rule = plan(every(1))
    rule.interval, rule.solar = None, sunrise

    assert slots_after(rule, utc("2026-01-01 00:00"), most=1) == []
    assert rule_in_words(rule).startswith("Sightline does not follow the sun.")


@pytest.mark.parametrize(
    ("rule", "words", "cron_words"),
    [
        (cron("0 2 * * *", BERLIN), "At 02:00, Europe/Berlin", "0 2 * * *"),
        (cron("*/15 * * * *"), "Every 15 minutes, UTC", "*/15 * * * *"),
        (cron("0 8 * * mon-fri"), "At 08:00, Monday through Friday, UTC", ""),
        (cron("0 8 * * sunday"), "At 08:00, only on Sunday, UTC", "0 8 * * sunday"),
        (every(90), "Every 90 seconds", ""),
        (every(60), "Every minute", ""),
        (every(36, "hours"), "Every 36 hours", ""),
    ],
)
def test_a_rule_is_said_in_words(rule: Any, words: str, cron_words: str) -> None:
    assert rule_in_words(plan(rule)) == words
    if cron_words:
        assert cron_of(plan(rule)) == cron_words


def test_the_calendar_ends_without_a_complaint():
    assert slots_after(plan(every(1, "days")), utc("9999-12-31 00:00"), most=3) == []


def test_slots_are_in_utc():
    minutes = plan(cron("* * * * *", BERLIN))
    found = slots_after(minutes, utc("2026-01-01 00:00"), most=3)
    assert all(slot.tzinfo is UTC for slot in found)
