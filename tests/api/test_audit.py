"""Every action leaves a line: who, what, from where, and what came of it."""

from __future__ import annotations

import logging
import uuid

import pytest
import redis
from channels.testing import HttpCommunicator, WebsocketCommunicator
from django.test import Client
from rest_framework.test import APIClient

from config.asgi import application
from tasks_app import lifecycle
from tasks_app.credentials import issue_tokens
from tasks_app.models import Task
from tests.conftest import ORIGIN

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/tasks/"


@pytest.fixture
def lines(caplog):
    """Return a function that gives the facts of the lines since it was last called."""
    caplog.set_level(logging.INFO, logger="sightline.audit")

    def since():
        told = [r for r in caplog.records if r.name == "sightline.audit"]
        caplog.clear()
        for each in told:
            assert each.getMessage().isprintable()
        return [each.audit for each in told]

    return since


@pytest.fixture
def open_page(staff):
    client = Client()
    client.force_login(staff)
    return client


def short(facts):
    return facts["action"], facts["who"], facts["outcome"]


def test_a_submission_is_told_with_address_agent_and_request(api, lines):
    headers = {"User-Agent": "till/1.0\nx" + "y" * 500, "X-Request-ID": "request-7"}
    api.post(TASKS, {"operation": "workshop.echo"}, headers=headers)

    (facts,) = lines()
    assert short(facts) == ("submit", "alice", "done")
    assert facts["task"] == str(Task.objects.get().pk)
    assert (facts["address"], facts["request_id"]) == ("127.0.0.1", "request-7")
    assert facts["agent"].startswith("till/1.0�x")
    assert len(facts["agent"]) == 150
    assert (facts["method"], facts["path"], facts["status"]) == ("POST", TASKS, "201")


def test_who_comes_with_a_token_is_named(alice, lines):
    access = issue_tokens(alice).access
    lines()
    client = APIClient(headers={"Authorization": f"Bearer {access}"})
    client.post(TASKS, {"operation": "workshop.echo"})

    assert [short(facts) for facts in lines()] == [("submit", "alice", "done")]


def test_reading_is_not_told(api, lines, make_task):
    api.get(TASKS)
    api.get(f"{TASKS}{make_task().pk}/")
    api.get(f"{TASKS}{uuid.uuid4()}/")

    assert lines() == []


def test_a_deletion_outlives_the_history(api, lines, make_task):
    task = lifecycle.cancel(make_task(), origin=ORIGIN)
    api.delete(f"{TASKS}{task.pk}/")

    (facts,) = lines()
    assert short(facts) == ("delete", "alice", "done")
    assert facts["task"] == str(task.pk)
    assert (facts["method"], facts["path"]) == ("DELETE", f"{TASKS}{task.pk}/")


def test_a_download_is_told(api, lines, make_claimed, tmp_path):
    (path := tmp_path / "a.csv").write_text("a\n")
    lifecycle.add_artifact(
        make_claimed(), path=path, name="a.csv", content_type="text/csv"
    )
    (task,) = api.get(TASKS).json()["results"]
    b"".join(api.get(task["artifacts"][0]["url"]))

    (facts,) = lines()
    assert short(facts) == ("download", "alice", "done")
    assert facts["task"] == task["id"]
    assert facts["path"] == task["artifacts"][0]["url"]


@pytest.mark.parametrize("verb", ["cancel", "pause", "resume", "retry"])
def test_what_is_asked_of_a_task_is_told_by_its_name(api, lines, make_task, verb):
    task = make_task()
    api.post(f"{TASKS}{task.pk}/{verb}/")

    (facts,) = lines()
    assert (facts["action"], facts["task"]) == (verb, str(task.pk))


def test_a_batch_is_told_once_with_its_size(api, lines):
    tasks = [{"operation": "workshop.echo"}] * 3
    batch = api.post(f"{TASKS}batch/", {"tasks": tasks}).json()["batch"]

    (facts,) = lines()
    assert short(facts) == ("submit_batch", "alice", "done")
    assert (facts["batch"], facts["count"]) == (str(batch), "3")


def test_what_a_reporter_does_is_told_by_its_name(
    client_of, reporter, lines, make_task
):
    task, carrier = make_task("workshop.outside"), client_of(reporter)
    held = carrier.post(f"{TASKS}{task.pk}/claim/").json()
    proof = {name: held[name] for name in ("attempt", "lease_token")}
    carrier.post(f"{TASKS}{task.pk}/renew/", proof)
    carrier.patch(f"{TASKS}{task.pk}/", {**proof, "status": "completed"})

    told = lines()
    assert [facts["action"] for facts in told] == ["claim", "renew", "report"]
    assert {facts["task"] for facts in told} == {str(task.pk)}


def test_a_task_started_on_its_page_is_told_with_its_id(open_page, lines):
    open_page.post("/admin/tasks_app/task/new/?operation=workshop.echo")

    (facts,) = lines()
    assert short(facts) == ("submit", "staff", "done")
    assert facts["task"] == str(Task.objects.get().pk)


def test_who_asks_too_much_is_told_as_throttled(api, lines, settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter("sightline:limit:*"):
            client.delete(key)
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "submit": (1, 60)}
    for _ in range(2):
        api.post(TASKS, {"operation": "workshop.echo"})

    assert [short(facts) for facts in lines()] == [
        ("submit", "alice", "done"),
        ("submit", "alice", "throttled"),
    ]


# Django leaves the file, in which it was to collect the body, to the garbage.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.embedded_only
async def test_what_is_too_large_is_told(lines):
    headers = [(b"content-length", b"9" * 12), (b"x-request-id", b"r7")]
    request = HttpCommunicator(application, "POST", TASKS, headers=headers)
    request.scope |= {"client": ("192.0.2.7", 1), "scheme": "http"}

    assert (await request.get_response())["status"] == 413
    (facts,) = lines()
    assert (facts["outcome"], facts["status"]) == ("refused", "413")
    assert (facts["method"], facts["path"]) == ("POST", TASKS)
    assert (facts["address"], facts["request_id"]) == ("192.0.2.7", "r7")


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda task: f"{TASKS}{task.pk}/retry/", "409"),
        (lambda task: f"{TASKS}{uuid.uuid4()}/cancel/", "404"),
        (lambda task: f"{TASKS}bulk/", "400"),
    ],
)
def test_what_is_refused_is_told(api, lines, make_task, ask, status):
    api.post(ask(make_task()), {})

    (facts,) = lines()
    assert (facts["who"], facts["outcome"]) == ("alice", "refused")
    assert facts["status"] == status


def test_who_is_not_signed_in_is_told_even_when_reading(client, lines):
    client.get(TASKS)

    assert [short(facts) for facts in lines()] == [("api:task-list", "", "refused")]


def test_a_missing_csrf_token_is_told(alice, lines):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    client.post(TASKS, {"operation": "workshop.echo"})

    (facts,) = lines()
    assert (facts["outcome"], facts["status"]) == ("refused", "403")


def test_each_task_of_a_bulk_action_is_told(api, lines, make_task):
    one, gone = make_task(), uuid.uuid4()
    body = {"action": "cancel", "ids": [str(one.pk), str(gone)]}
    api.post(f"{TASKS}bulk/", body)

    told = [(*short(facts), facts["task"]) for facts in lines()]
    assert told == [
        ("bulk cancel", "alice", "done", str(one.pk)),
        ("bulk cancel", "alice", "not_found", str(gone)),
    ]


def test_each_task_of_a_button_in_the_admin_is_told(staff, lines, make_task):
    client = Client()
    client.force_login(staff)
    tasks = [make_task(), make_task()]
    body = {"act": "retry", "id": [str(task.pk) for task in tasks]}
    client.post("/admin/tasks_app/task/act/", body)

    assert {(*short(facts), facts["task"]) for facts in lines()} == {
        ("retry", "staff", "refused", str(task.pk)) for task in tasks
    }


def test_tokens_and_their_end_are_told_and_never_repeated(alice, lines):
    client = APIClient()
    given = {"username": "alice", "password": "alice"}
    tokens = client.post("/api/v1/auth/token/", given).json()
    assert [short(facts) for facts in lines()] == [
        ("sign_in", "alice", "done"),
        ("issue_tokens", "alice", "done"),
    ]

    body = {"refresh": tokens["refresh"]}
    client.post("/api/v1/auth/refresh/", body)
    client.post("/api/v1/auth/refresh/", body)
    client.post("/api/v1/auth/logout/", body)
    told = lines()
    assert [(facts["action"], facts["outcome"]) for facts in told] == [
        ("issue_tokens", "done"),
        ("refresh_tokens", "refused"),
        ("revoke_tokens", "done"),
    ]
    assert {facts["who"] for facts in told} == {"alice"}
    assert tokens["refresh"] not in str(told)


@pytest.mark.parametrize(
    ("path", "client"),
    [("/admin/login/", Client()), ("/api/v1/auth/token/", APIClient())],
)
def test_a_failed_sign_in_names_only_whom_there_is(alice, lines, path, client):
    for name in ("alice", "my password"):
        client.post(path, {"username": name, "password": "wrong\n"})

    told = lines()
    assert [short(facts) for facts in told] == [
        ("sign_in", "alice", "refused"),
        ("sign_in", "", "refused"),
    ]
    assert "my password" not in str(told)
    assert "wrong" not in str(told)


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/v1/stream/", "stream"), (f"{TASKS}{uuid.uuid4()}/?wait=1", "poll")],
)
async def test_who_may_not_listen_is_told_once(lines, path, kind):
    headers = [(b"user-agent", b"till"), (b"x-request-id", b"r7")]
    request = HttpCommunicator(application, "GET", path, headers=headers)
    request.scope |= {"client": ("192.0.2.7", 1), "scheme": "http"}

    assert (await request.get_response())["status"] == 401
    (facts,) = lines()
    assert short(facts) == (kind, "", "refused")
    assert (facts["address"], facts["agent"]) == ("192.0.2.7", "till")
    assert (facts["request_id"], facts["path"]) == ("r7", path.partition("?")[0])


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("path", "kind"), [("/ws/v1/tasks/", "socket"), ("/ws/task-status/", "task-status")]
)
@pytest.mark.parametrize(
    ("header", "code", "why"),
    [
        ((b"authorization", b"Bearer x"), 4401, "token"),
        ((b"origin", b"https://elsewhere.example"), 4403, "another site"),
    ],
)
async def test_a_socket_that_is_refused_is_told(lines, path, kind, header, code, why):
    headers = [(b"host", b"localhost"), (b"x-request-id", b"r7"), header]
    socket = WebsocketCommunicator(application, path, headers=headers)
    socket.scope["client"] = ("192.0.2.7", 1)
    await socket.connect()

    assert (await socket.receive_output())["code"] == code
    (facts,) = lines()
    assert short(facts) == (kind, "", "refused")
    assert (facts["address"], facts["request_id"]) == ("192.0.2.7", "r7")
    assert facts["path"] == path
    assert why in facts["why"]
