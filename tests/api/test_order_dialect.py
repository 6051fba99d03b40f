"""Source 000's status API: `{status, error_message?}` in, four statuses out."""

from __future__ import annotations

import uuid

import pytest

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.models.wire import iso
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db

ENDINGS = {
    "completed": ("completed", None),
    "completed_with_errors": ("completed", "1 error noted so far."),
    "failed": ("failed", "The till is closed."),
    "cancelled": ("failed", "The task was cancelled."),
}


def url(task):
    return f"/api/aido-order/status/{task.pk}"


@pytest.fixture
def make_ended(make_task, make_claimed):
    def make(status, **fields):
        if status == "cancelled":
            return lifecycle.cancel(make_task(**fields), origin=ORIGIN)
        task = make_claimed(**fields)
        if status == "failed":
            return lifecycle.fail(task, code="x", message="The till is closed.")
        if status == "completed_with_errors":
            task = lifecycle.note_error(task, message="No date.", row=4)
        return lifecycle.complete(task, result={})

    return make


def test_a_status_has_the_four_members(api, make_task):
    task = make_task()

    assert api.get(url(task)).json() == {
        "taskId": str(task.pk),
        "status": "pending",
        "status_updated_at": iso(task.status_updated_at),
        "error_message": None,
    }


@pytest.mark.parametrize("status", ENDINGS)
def test_our_statuses_are_folded_into_four(api, make_ended, status):
    told = api.get(url(make_ended(status))).json()

    assert (told["status"], told["error_message"]) == ENDINGS[status]


def test_what_is_paused_waits(api, make_task):
    task = lifecycle.pause(make_task(), origin=ORIGIN)

    assert api.get(url(task)).json()["status"] == "pending"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_failed_task_is_retried_and_the_history_says_by_whom(api, make_ended, method):
    task = make_ended("failed")

    answer = getattr(api, method)(
        url(task), {"status": "pending"}, headers={"X-Request-ID": "request-7"}
    )

    assert answer.status_code == 200
    assert answer.json()["status"] == "pending"
    assert answer.json()["error_message"] is None
    event = task.events.latest("version")
    assert (event.from_status, event.to_status) == ("failed", "pending")
    assert (event.actor, event.source) == ("alice", "api")
    assert event.request_id == "request-7"


def test_a_processing_task_is_asked_to_stop_and_the_reason_is_cleaned(
    api, make_claimed
):
    task = make_claimed()

    reason = "Wrong file /home/alice/prices.csv, password=hunter22\nsorry"
    answer = api.patch(url(task), {"status": "failed", "error_message": reason})

    assert answer.status_code == 200
    assert answer.json()["status"] == "processing"  # until its worker has seen it
    message = task.events.latest("version").message
    assert message.startswith("alice asked to cancel: Wrong file [path]")
    assert "hunter22" not in message
    assert "\n" not in message
    lifecycle.obey(Task.objects.get(pk=task.pk))
    assert api.get(url(task)).json()["status"] == "failed"


def test_a_waiting_task_is_cancelled_at_once(api, make_task):
    task = make_task()

    told = api.put(url(task), {"status": "failed", "error_message": None}).json()

    assert told["status"] == "failed"
    assert Task.objects.get(pk=task.pk).status == "cancelled"


@pytest.mark.parametrize("status", ["processing", "completed"])
def test_what_only_a_worker_can_say_is_illegal(api, make_claimed, status):
    answer = api.put(url(make_claimed()), {"status": status})

    assert answer.status_code == 409
    assert answer.json()["code"] == "illegal_transition"
    assert answer.json()["current_status"] == "processing"
    assert answer.json()["actions"] == ["cancel", "pause"]


@pytest.mark.parametrize("wanted", ["pending", "failed", "processing"])
def test_a_completed_task_stays_completed(api, make_ended, wanted):
    task = make_ended("completed")

    answer = api.put(url(task), {"status": wanted})

    assert answer.status_code == 409
    assert answer.json()["current_status"] == "completed"
    assert answer.json()["actions"] == ["delete", "keep"]


def test_the_same_again_is_no_change(api, make_ended):
    task = make_ended("failed")

    answer = api.put(url(task), {"status": "failed"})

    assert answer.status_code == 200
    assert Task.objects.get(pk=task.pk).version == task.version


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": "done"}, "status"),
        ({"status": ["pending"]}, "status"),
        ({"status": None}, "status"),
        ({"status": "pending", "error_message": "x"}, "error_message"),
        ({"status": "failed", "error_message": {}}, "error_message"),
        ({"status": "failed", "error_message": "x" * 20_001}, "error_message"),
        ({"status": "failed", "owner": "bob"}, "owner"),
    ],
)
def test_what_is_wrong_is_named(api, make_ended, body, field):
    answer = api.put(url(make_ended("failed")), body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("method", ["get", "put", "patch"])
def test_what_may_not_be_seen_is_like_what_does_not_exist(
    api_of_bob, make_task, method
):
    body = None if method == "get" else {"status": "failed"}
    ask = getattr(api_of_bob, method)
    hidden = ask(url(make_task()), body)
    nothing = ask(f"/api/aido-order/status/{uuid.uuid4()}", body)

    assert hidden.status_code == nothing.status_code == 404
    anybody = {"request_id": ""}
    assert hidden.json() | anybody == nothing.json() | anybody


@pytest.mark.parametrize("wanted", ["pending", "failed"])
def test_who_may_only_look_changes_nothing(client_of, staff, make_ended, wanted):
    rights = staff.groups.get().permissions
    rights.set(rights.filter(codename="view_task"))
    task = make_ended("failed")
    viewer = client_of(type(staff).objects.get(pk=staff.pk))

    assert viewer.get(url(task)).status_code == 200
    answer = viewer.put(url(task), {"status": wanted})

    assert answer.status_code == 403
    assert Task.objects.get(pk=task.pk).version == task.version


# --- The order system, which works on what is external ---------------------------


@pytest.fixture
def carrier(client_of, reporter):
    """The order system's own account; it owns nothing."""
    return client_of(reporter)


@pytest.fixture
def order(make_task):
    return make_task("workshop.outside")


def test_an_order_is_claimed_and_completed_and_the_history_says_by_whom(carrier, order):
    claimed = carrier.put(url(order), {"status": "processing"})
    assert claimed.json()["status"] == "processing"
    done = carrier.patch(url(order), {"status": "completed"})

    assert done.json()["status"] == "completed"
    events = order.events.filter(kind="status").order_by("version")
    told = [(event.to_status, event.actor, event.source) for event in events]
    assert told == [
        ("pending", "alice", "api"),
        ("processing", "carrier", "api"),
        ("completed", "carrier", "api"),
    ]


def test_a_claim_lasts_a_day_since_nobody_renews_it(carrier, order):
    carrier.put(url(order), {"status": "processing"})

    task = Task.objects.get(pk=order.pk)
    assert task.lease_expires_at is not None
    left = task.lease_expires_at - task.status_updated_at
    assert 86_000 < left.total_seconds() <= 86_500


def test_a_failure_has_a_clean_message_or_a_sentence_of_ours(carrier, order, api):
    carrier.put(url(order), {"status": "processing"})
    told = carrier.put(
        url(order), {"status": "failed", "error_message": "token=abcdef /srv/a.csv\n!"}
    ).json()
    assert told["status"] == "failed"
    assert told["error_message"] == "token=[hidden] [path] !"

    assert api.put(url(order), {"status": "pending"}).json()["status"] == "pending"
    carrier.put(url(order), {"status": "processing"})
    told = carrier.put(url(order), {"status": "failed"}).json()
    assert told["error_message"] == "It failed; no reason was given."


def test_a_repeated_claim_or_ending_changes_nothing(carrier, order):
    for status in ("processing", "completed"):
        carrier.put(url(order), {"status": status})
        version = Task.objects.get(pk=order.pk).version
        assert carrier.put(url(order), {"status": status}).status_code == 200
        assert Task.objects.get(pk=order.pk).version == version


@pytest.mark.parametrize("wanted", ["processing", "completed", "failed", "pending"])
def test_what_another_holds_stays_theirs(carrier, order, wanted):
    lifecycle.claim(order.pk, worker="other", external=True)

    answer = carrier.put(url(order), {"status": wanted})

    assert answer.status_code == 409
    assert answer.json()["current_status"] == "processing"
    assert Task.objects.get(pk=order.pk).status == "processing"


@pytest.mark.parametrize("wanted", ["completed", "failed"])
def test_an_order_that_nobody_claimed_cannot_end(carrier, order, wanted):
    answer = carrier.put(url(order), {"status": wanted})

    assert answer.status_code == 409
    assert answer.json()["actions"] == ["cancel", "pause"]


def test_a_report_after_a_cancel_comes_too_late(carrier, order, api):
    carrier.put(url(order), {"status": "processing"})
    api.put(url(order), {"status": "failed", "error_message": "Wrong file."})
    lifecycle.obey(Task.objects.get(pk=order.pk))

    answer = carrier.put(url(order), {"status": "completed"})

    assert answer.status_code == 409
    assert answer.json()["current_status"] == "cancelled"


@pytest.mark.parametrize("wanted", ["processing", "completed"])
def test_the_owner_of_an_order_reports_nothing(api, order, wanted):
    answer = api.put(url(order), {"status": wanted})

    assert answer.status_code == 403
    assert Task.objects.get(pk=order.pk).version == order.version


def test_the_order_system_sees_no_work_of_celery_s(carrier, make_task):
    assert carrier.get(url(make_task())).status_code == 404


def test_a_stranger_has_to_sign_in(client, make_task):
    answer = client.get(url(make_task()))

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
