"""A beat that falls silent is noticed within two of its periods."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tasks_app.models import Beat, Delivery, Incident
from tasks_app.operations.alerts.beat import silence_seconds, watch_beat
from tasks_app.operations.alerts.incidents import end_quiet
from tests.processes import Processes, wait_until

PERIOD, SWEEP = 4.0, 1.0  # seconds
LONG = 1_000.0  # seconds for which the keeper is there


def seen(seconds_ago: float, name: str = "host:1") -> Beat:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    row, _ = Beat.objects.update_or_create(name=name, defaults={"seen_at": at})
    return row


def look(watched: float = LONG) -> bool:
    """Look, and tell whether the beat counts as silent."""
    watch_beat(watched_seconds=watched)
    end_quiet(for_seconds=0)
    return Incident.objects.open().filter(key="beat").exists()


@pytest.fixture(autouse=True)
def _periods(alert_settings: Any) -> None:
    alert_settings(HEARTBEAT_SECONDS=10.0, SWEEP_SECONDS=2.0)


@pytest.mark.django_db
def test_where_no_beat_ever_was_none_is_missed():
    assert not look()


@pytest.mark.django_db
def test_a_beat_is_missed_when_it_is_silent_and_over_when_it_beats(hook):
    hook("https://hooks.example.com/")
    seen(14)
    assert not look()

    seen(17)
    assert look()
    assert look()
    facts = Incident.objects.get().facts
    assert facts["Beat"] == "host:1"

    seen(0)
    assert not look()
    told = Delivery.objects.order_by("created_at").values_list("occasion", flat=True)
    assert list(told) == ["opened", "recovered"]


@pytest.mark.django_db
def test_a_beat_among_others_is_not_missed():
    seen(1_000, "host:1")
    seen(1, "host:2")

    assert not look()


@pytest.mark.django_db
def test_who_has_just_started_waits_for_a_beat_that_starts_too():
    seen(1_000)

    assert not look(watched=10)
    assert look(watched=17)


@pytest.mark.parametrize(
    ("period", "sweep"), [(10.0, 2.0), (2.0, 0.5), (30.0, 5.0), (10.0, 2.5)]
)
def test_there_is_time_for_a_turn_of_the_keeper(alert_settings, period, sweep):
    alert_settings(HEARTBEAT_SECONDS=period, SWEEP_SECONDS=sweep)

    assert 1.25 * period <= silence_seconds() <= 2 * period - sweep


def test_a_beat_that_is_killed_is_told_of_within_two_periods(
    processes: Processes,
) -> None:
    times = {"HEARTBEAT_SECONDS": str(PERIOD), "SWEEP_SECONDS": str(SWEEP)}
    beat = processes.beat(**times)
    wait_until(Beat.objects.exists, what="the beat's row")
    processes.keeper(what="is active", ALERT_QUIET_SECONDS="0", **times)
    began = time.monotonic()
    watched = 2 * PERIOD  # as long as a keeper waits for a beat that starts too

    def is_watched() -> bool:
        assert not Incident.objects.exists()
        return time.monotonic() - began >= watched

    wait_until(is_watched, seconds=watched + 1, what="the keeper to have looked around")

    beat.kill()

    last = Beat.objects.get().seen_at
    incident = wait_until(Incident.objects.first, what="an incident")
    assert incident.key == "beat"
    assert incident.opened_at - last <= timedelta(seconds=2 * PERIOD)
    processes.beat(**times)
    is_over = Incident.objects.filter(recovered_at__isnull=False).exists
    wait_until(is_over, what="its end")
