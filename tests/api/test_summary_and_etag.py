"""What is asked for again and again costs little: counts, and tasks that are known."""

from __future__ import annotations

import pytest

from tasks_app import lifecycle
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db


def test_a_summary_counts_what_may_be_seen(api, bob, make_task):
    make_task(owner=bob)
    lifecycle.cancel(make_task(), origin=ORIGIN)
    make_task()
    make_task("workshop.slow")

    answer = api.get("/api/v1/tasks/summary/").json()

    assert answer == {
        "by_status": {"cancelled": 1, "pending": 2},
        "by_operation": {
            "workshop.echo": {"cancelled": 1, "pending": 1},
            "workshop.slow": {"pending": 1},
        },
    }


def test_a_task_that_is_known_is_not_sent_again(api, make_task):
    url = f"/api/v1/tasks/{(task := make_task()).pk}/"
    tag = api.get(url)["ETag"]

    again = api.get(url, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)

    lifecycle.cancel(task, origin=ORIGIN)
    changed = api.get(url, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["status"]) == (200, "cancelled")


def test_what_may_be_done_is_part_of_what_is_known(client, alice, staff, make_task):
    url = f"/api/v1/tasks/{make_task().pk}/"
    client.force_login(staff)
    tag = client.get(url)["ETag"]
    staff.user_permissions.clear()
    staff.groups.get().permissions.remove(
        staff.groups.get().permissions.get(codename="cancel_task")
    )

    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200
