"""How long tasks are kept may differ, and a rule that cannot be meant is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import DurationField, ExpressionWrapper, F

from config.env import days_by
from tasks_app import lifecycle
from tasks_app.lifecycle.lifetime import time_to_live
from tasks_app.models import Task
from tasks_app.operations.maintenance.lifetimes import check_time_to_live
from tests.conftest import ORIGIN
from tests.lifecycle.rows import crash, let_leases_end

pytestmark = pytest.mark.embedded_only


@pytest.fixture
def rules(settings):
    """Return a function that sets TIME_TO_LIVE_BY, in days."""

    def rules(**days: float) -> None:
        given = {
            key.replace("__", ":").replace("_process", ".process"): timedelta(days=n)
            for key, n in days.items()
        }
        settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE_BY": given}

    return rules


def test_the_most_exact_rule_counts(rules):
    rules(failed=90, files_process=7, files_process__failed=40)

    days = {
        (operation, status): time_to_live(operation, status).days
        for operation in ("files.process", "contracts.export")
        for status in ("failed", "completed")
    }

    assert days == {
        ("files.process", "failed"): 40,
        ("files.process", "completed"): 7,
        ("contracts.export", "failed"): 90,
        ("contracts.export", "completed"): 30,
    }


def test_however_a_task_ends_it_gets_its_time(rules, settings, make_task, make_claimed):
    rules(failed=2, cancelled=3, completed=1, completed_with_errors=4)
    partly = lifecycle.note_error(make_claimed(), message="x")
    lifecycle.complete(partly, result={})
    lifecycle.complete(make_claimed(), result={})
    lifecycle.fail(make_claimed(), code="x", message="x")
    lifecycle.cancel(make_task(), origin=ORIGIN)
    let_leases_end(settings)
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_CRASHES": 1}
    crash(make_claimed())

    kept = F("expires_at") - F("finished_at")
    ended = Task.objects.values_list("status", ExpressionWrapper(kept, DurationField()))

    days = [(status, span.days) for status, span in ended]
    assert sorted(days) == [
        ("cancelled", 3),
        ("completed", 1),
        ("completed_with_errors", 4),
        ("failed", 2),
        ("failed", 2),
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", {}),
        ("{}", {}),
        ('{"failed": 90, "files.process": 0.5}', {"failed": 90, "files.process": 0.5}),
    ],
)
def test_days_are_read_from_the_environment(monkeypatch, text, days):
    monkeypatch.setenv("TIME_TO_LIVE_BY", text)

    found = days_by("TIME_TO_LIVE_BY")

    assert {key: span / timedelta(days=1) for key, span in found.items()} == days


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[1]", "7", '{"failed": 0}', '{"failed": -1}', '{"failed": "7"}'),
        *('{"failed": true}', '{"failed": null}'),
        *('{"failed": 1e300}', '{"failed": NaN}'),
    ],
)
def test_what_is_no_number_of_days_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("TIME_TO_LIVE_BY", text)

    with pytest.raises(ImproperlyConfigured, match="write days above 0 as JSON"):
        days_by("TIME_TO_LIVE_BY")


def test_rules_about_what_there_is_pass_the_check(rules):
    rules(failed=1, files_process=1, files_process__cancelled=1)

    assert check_time_to_live() == []


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("faild", "there is no operation “faild”"),
        ("pending", "there is no operation “pending”"),
        ("files.proces", "there is no operation “files.proces”"),
        ("files.process:paused", "a task ends as one of: cancelled, completed,"),
        ("nothing.known:failed", "there is no operation “nothing.known”"),
    ],
)
def test_a_rule_that_no_task_can_meet_is_an_error(settings, key, words):
    given = {key: timedelta(days=1)}
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE_BY": given}

    (error,) = check_time_to_live()

    assert error.id == "sightline.E010"
    assert key in error.msg
    assert words in error.msg
