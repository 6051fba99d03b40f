"""The details of each attempt's error: kept, and for who may see payloads."""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tests.lifecycle.rows import claim, fresh

pytestmark = pytest.mark.django_db
FEED = "/api/v1/events/"  # tells what is committed


@pytest.fixture
def failed_twice(make_task):
    """A task whose two attempts failed, each for its own reason."""
    task = make_task()
    first = claim(task)
    lifecycle.release(
        first, delay=0, code="busy", message="It was busy.", detail="in line 7"
    )
    lifecycle.fail(claim(task), code="gone", message="It went.", detail="in line 9")
    return fresh(task)


def history(client, task):
    return client.get(f"/api/v1/tasks/{task.pk}/events/").json()


def test_each_attempt_keeps_its_own(api_of_staff, failed_twice):
    details = [
        event["data"]["detail"]
        for event in history(api_of_staff, failed_twice)
        if "detail" in event["data"]
    ]

    assert details == ["in line 7", "in line 9"]


def test_the_feed_tells_them_to_who_may_see_them(
    transactional_db, api_of_staff, failed_twice
):
    assert "in line 7" in api_of_staff.get(FEED).content.decode()


def test_nobody_else_is_told_on_any_surface(
    transactional_db, api, client_of, staff, failed_twice
):
    staff.groups.get().permissions.remove(
        staff.groups.get().permissions.get(codename="view_task_payload")
    )
    for client in (api, client_of(staff)):
        for path in (FEED, f"/api/v1/tasks/{failed_twice.pk}/events/"):
            content = client.get(path).content.decode()

            assert "It was busy." in content
            assert '"code":"busy"' in content
            assert "in line" not in content


def test_a_long_one_is_shortened_in_the_history_only(make_claimed):
    task = make_claimed()
    detail = f"first{'x' * 50_000}last"
    lifecycle.fail(task, code="x", message="It broke.", detail=detail)

    kept = task.events.get(to_status="failed").data["detail"]

    assert fresh(task).error_detail == detail
    assert len(kept) < 8_100
    assert kept.startswith("first")
    assert kept.endswith("last")


def test_secrets_are_hidden_in_the_history_too(make_claimed):
    task = make_claimed()
    lifecycle.fail(task, code="x", message="It broke.", detail="password=s3cret")

    assert "s3cret" not in task.events.get(to_status="failed").data["detail"]
