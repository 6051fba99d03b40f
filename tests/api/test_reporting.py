"""A reporter does the work of external tasks over REST, under the rules of workers."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tasks_app import lifecycle
from tasks_app.models import Task
from tasks_app.operations import publisher
from tests.conftest import ORIGIN
from tests.lifecycle.rows import everything, fresh, let_leases_end, moves

from .attempt import URL, Attempt

pytestmark = pytest.mark.django_db


def test_an_external_task_is_never_sent_to_celery(api, monkeypatch, processes):
    sent: list[Any] = []
    monkeypatch.setattr("tasks_app.operations.publisher.send", sent.append)

    created = api.post(URL, {"operation": "workshop.outside"})
    retried = Task.objects.get(pk=created.json()["id"])
    lifecycle.cancel(retried, origin=ORIGIN)
    assert api.post(f"{URL}{retried.pk}/retry/").status_code == 200
    ours = api.post(URL, {"operation": "workshop.echo"})
    assert publisher.flush()
    assert [nudge.task_id for nudge in sent] == [ours.json()["id"]]
    assert not Task.objects.unpublished(for_seconds=-5).filter(external=True).exists()
    assert not Task.objects.unclaimed(for_seconds=-5).filter(external=True).exists()


def test_a_worker_that_is_told_of_one_leaves_it_alone(waiting):
    assert lifecycle.claim(str(waiting.pk), worker="worker-1") is None


def test_the_queue_shows_what_may_be_claimed_most_urgent_first(
    outside, make_task, alice
):
    later = make_task("workshop.outside", priority=1)
    urgent = make_task("workshop.outside", priority=9)
    lifecycle.cancel(make_task("workshop.outside"), origin=ORIGIN)
    make_task("workshop.echo")

    answer = outside.get(URL, {"claimable": 1}).json()

    assert [task["id"] for task in answer["results"]] == [str(urgent.pk), str(later.pk)]
    limited = outside.get(URL, {"claimable": 1, "page_size": 1, "priority": 1}).json()
    assert [task["id"] for task in limited["results"]] == [str(later.pk)]


def test_the_queue_is_for_reporters(api, api_of_staff, waiting):
    for client in (api, api_of_staff):
        response = client.get(URL, {"claimable": 1})
        assert response.status_code == 403
        assert response.json()["code"] == "permission_denied"


def test_a_claim_answers_the_proof_and_what_the_work_needs(outside, waiting, reporter):
    attempt = Attempt(outside, waiting, worker="lorry 7")

    row = fresh(waiting)
    assert attempt.claimed["params"] == {"text": "hello"}
    assert attempt.claimed["lease_token"] == str(row.lease_token)
    assert attempt.claimed["status"] == "processing"
    assert row.worker == "carrier (lorry 7)"
    event = row.events.get(to_status="processing")
    assert (event.actor, event.source) == ("carrier", "api")
    assert event.request_id


def test_of_many_claims_at_once_one_gets_the_task(
    transactional_db, reporter, client_of, make_task
):
    task = make_task("workshop.outside")

    def claim(_: int) -> int:
        try:
            client = client_of(reporter)
            response = client.post(f"{URL}{task.pk}/claim/")
            return int(response.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(claim, range(8)))

    assert codes == [200] + [409] * 7
    assert fresh(task).attempt == 1


def test_who_was_too_late_is_told_why(outside, waiting):
    Attempt(outside, waiting)

    response = outside.post(f"{URL}{waiting.pk}/claim/")

    assert response.status_code == 409
    assert response.json()["code"] == "not_claimable"
    assert response.json()["current_status"] == "processing"


def test_a_reporter_tells_step_progress_and_the_end(outside, waiting):
    attempt = Attempt(outside, waiting)

    attempt.tell(step="loading", message="Loading the lorry")
    half = attempt.tell(progress={"current": 5, "total": 10}).json()
    done = attempt.tell(status="completed", result={"boxes": 10}).json()

    assert half["step"] == "loading"
    assert half["progress"]["percent"] == 50
    assert done["status"] == "completed"
    assert done["version"] > half["version"]
    row = fresh(waiting)
    assert row.result == {"boxes": 10}
    assert [e.message for e in row.events.filter(kind="step")] == ["Loading the lorry"]
    assert {e.actor for e in row.events.exclude(version=1)} == {"carrier"}


def test_an_error_on_the_way_makes_it_end_with_errors(outside, waiting):
    attempt = Attempt(outside, waiting)
    early = attempt.tell(status="completed_with_errors")
    assert early.status_code == 400
    assert list(early.json()["errors"]) == ["status"]

    attempt.tell(error_message="A box fell off.")
    done = attempt.tell(status="completed").json()

    assert done["status"] == "completed_with_errors"
    assert done["error_count"] == 1


def test_a_failure_is_final_and_giving_back_is_not(outside, make_task):
    given_back, failed = make_task("workshop.outside"), make_task("workshop.outside")

    back = Attempt(outside, given_back).tell(
        status="pending", error_message="The road is closed. token=abcdef123456"
    )
    end = Attempt(outside, failed).tell(status="failed", error_message="No lorry.")

    assert back.json()["status"] == "pending"
    assert "abcdef123456" not in back.json()["error_message"]
    assert fresh(given_back).not_before is not None
    assert end.json()["status"] == "failed"
    assert moves(failed) == ["pending", "processing", "failed"]


def test_the_last_attempt_that_is_given_back_fails(outside, make_task):
    task = make_task("workshop.outside", max_attempts=1)

    response = Attempt(outside, task).tell(status="pending", error_message="Rain.")

    assert response.json()["status"] == "failed"


def test_a_failure_says_why(outside, waiting):
    attempt = Attempt(outside, waiting)
    before = everything(waiting)

    response = attempt.tell(status="failed", step="loading")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["error_message"]
    assert everything(waiting) == before


@pytest.mark.parametrize(
    ("ask", "status"), [(lifecycle.cancel, "cancelled"), (lifecycle.pause, "paused")]
)
def test_a_reporter_learns_of_a_stop_and_obeys(outside, waiting, ask, status):
    attempt = Attempt(outside, waiting)
    unasked = attempt.tell(status=status)
    assert (unasked.status_code, unasked.json()["code"]) == (409, "not_asked")

    ask(waiting, origin=ORIGIN)
    seen = outside.post(f"{attempt.url}renew/", attempt.proof).json()
    assert (seen["cancel_requested"], seen["pause_requested"]) == (
        status == "cancelled",
        status == "paused",
    )

    assert attempt.tell(status=status).json()["status"] == status


def test_a_renewal_keeps_the_lease_as_long_as_was_asked_for(outside, waiting):
    attempt = Attempt(outside, waiting, lease_seconds=3600)
    first = fresh(waiting).lease_expires_at

    outside.post(f"{attempt.url}renew/", attempt.proof)

    row = fresh(waiting)
    assert row.lease_expires_at
    assert row.started_at
    assert first
    assert row.lease_expires_at > first
    assert (row.lease_expires_at - row.started_at).total_seconds() > 3500
    assert row.version == 2


def test_nothing_counts_after_the_lease_was_taken_away(outside, waiting, settings):
    let_leases_end(settings)
    attempt = Attempt(outside, waiting)
    lifecycle.expire(fresh(waiting))
    assert fresh(waiting).crash_count == 1
    before = everything(waiting)

    for response in (
        attempt.tell(status="completed", result={}),
        attempt.tell(step="loading", number=1),
        outside.post(f"{attempt.url}renew/", attempt.proof),
    ):
        assert response.status_code == 409
        assert response.json()["code"] == "lease_lost"
        assert response.json()["current_status"] == "pending"
    assert everything(waiting) == before


@pytest.mark.parametrize(
    "wrong", [{"lease_token": str(uuid.uuid4())}, {"attempt": 2}, {"attempt": 7}]
)
def test_nothing_counts_without_the_right_proof(outside, waiting, wrong):
    attempt = Attempt(outside, waiting)
    attempt.tell(number=5, step="loading")
    before = everything(waiting)

    for number in (None, 5, 6):
        told = {"number": number} if number else {}
        response = attempt.tell(status="completed", **told, **wrong)
        assert response.status_code == 409, response.json()
        assert response.json()["code"] == "lease_lost"
    assert everything(waiting) == before


def test_a_report_that_comes_twice_or_late_changes_nothing(outside, waiting):
    attempt = Attempt(outside, waiting)
    attempt.tell(number=1, progress={"current": 1, "total": 9})
    attempt.tell(number=3, progress={"current": 3, "total": 9}, step="driving")
    before = everything(waiting)

    late = attempt.tell(number=2, progress={"current": 2, "total": 9})
    twice = attempt.tell(number=3, progress={"current": 3, "total": 9}, step="driving")

    assert (late.status_code, twice.status_code) == (200, 200)
    assert late.json()["progress"]["current"] == 3
    assert everything(waiting) == before


def test_the_end_may_be_told_again_when_its_answer_was_lost(outside, waiting):
    attempt = Attempt(outside, waiting)
    attempt.tell(number=1, status="completed", result={"boxes": 1})
    before = everything(waiting)

    again = attempt.tell(number=1, status="completed", result={"boxes": 1})
    more = attempt.tell(number=2, error_message="One more thing")

    assert (again.status_code, again.json()["status"]) == (200, "completed")
    assert (more.status_code, more.json()["current_status"]) == (409, "completed")
    assert everything(waiting) == before


def test_nobody_reads_an_ended_task_by_guessing_its_proof(outside, waiting):
    attempt = Attempt(outside, waiting)
    attempt.tell(number=5, status="completed", result={})

    guess = attempt.tell(number=5, lease_token=str(uuid.uuid4()))

    assert guess.status_code == 409
    assert guess.json()["code"] == "lease_lost"


def test_a_report_is_written_whole_or_not_at_all(outside, waiting):
    attempt = Attempt(outside, waiting)
    before = everything(waiting)

    response = attempt.tell(
        number=1,
        step="loading",
        progress={"current": 1},
        error_message="A box fell off.",
        status="cancelled",
    )

    assert response.status_code == 409
    assert everything(waiting) == before


def test_a_reporter_sees_no_task_that_is_not_for_reporters(outside, make_task):
    task = make_task()
    proof = {"attempt": 1, "lease_token": str(uuid.uuid4())}
    for method, path, body in (
        ("get", "", {}),
        ("get", "upload/", {}),
        ("post", "claim/", {}),
        ("post", "renew/", proof),
        ("patch", "", proof),
    ):
        response = getattr(outside, method)(f"{URL}{task.pk}/{path}", body)
        assert response.status_code == 404, path


def test_who_may_only_see_a_task_may_not_report_on_it(api, api_of_bob, waiting):
    proof = {"attempt": 1, "lease_token": str(uuid.uuid4())}
    for client, code in ((api, 403), (api_of_bob, 404)):
        for method, path, body in (
            ("post", "claim/", {}),
            ("post", "renew/", proof),
            ("patch", "", proof),
        ):
            response = getattr(client, method)(f"{URL}{waiting.pk}/{path}", body)
            assert response.status_code == code, path


def test_reporting_on_a_task_of_workers_is_refused_with_the_reason(
    superuser, client_of, make_task
):
    response = client_of(superuser).post(f"{URL}{make_task().pk}/claim/")

    assert response.status_code == 409
    assert "Workers of this installation" in response.json()["detail"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"attempt": "x"}, "attempt"),
        ({"attempt": 2**40}, "attempt"),
        ({"lease_token": "x"}, "lease_token"),
        ({"status": "state"}, "status"),
        ({"progress": 5}, "progress"),
        ({"progress": {"current": -1}}, "progress.current"),
        ({"progress": {"current": 10, "total": 5}}, "progress.current"),
        ({"progress": {"current": 1, "percent": 4}}, "progress.percent"),
        ({"number": 0}, "number"),
        ({"result": "text", "status": "completed"}, "result"),
        ({"result": {}}, "result"),
        ({"step": "x" * 101}, "step"),
        ({"owner": "bob"}, "owner"),
        ({"version": 1}, "version"),
    ],
)
def test_what_is_wrong_in_a_report_is_named(outside, waiting, told, field):
    attempt = Attempt(outside, waiting)
    before = everything(waiting)

    response = attempt.tell(**told)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert everything(waiting) == before
