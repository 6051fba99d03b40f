"""Limits hold under parallel requests, are told, and stop nobody else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter

import httpx
import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from rest_framework.test import APIClient

from config.env import rate
from tasks_app import counting
from tasks_app.credentials import issue_tokens
from tests.processes import wait_until
from tests.servers import RedisServer

READ, TOKEN = "/api/v1/operations/", "/api/v1/auth/token/"
NONE = {"read": (0, 0), "submit": (0, 0), "act": (0, 0), "status_update": (0, 0)}
AWAY = "No limits hold while Redis is away"

pytestmark = pytest.mark.django_db


@pytest.fixture
def limit(settings):
    """Return a function that sets limits, counted from nothing."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter("sightline:limit:*"):
            client.delete(key)

    def choose(**chosen):
        settings.RATE_LIMITS = {**NONE, "sign_in": (0, 0), **chosen}

    return choose


@pytest.fixture
def token(alice):
    return issue_tokens(alice).access


def submit(api):
    return api.post("/api/v1/tasks/", {"operation": "workshop.echo"})


@pytest.mark.django_db(transaction=True)
async def test_two_hundred_at_once_in_two_processes_are_ten(processes, token, limit):
    sites = [processes.web(RATE_READ="10/60") for _ in range(2)]
    headers = {"Authorization": f"Bearer {token}"}
    many = httpx.Limits(max_connections=100)

    async with httpx.AsyncClient(headers=headers, limits=many, timeout=60) as client:
        asked = [client.get(sites[n % 2] + READ) for n in range(200)]
        answers = await asyncio.gather(*asked)

    assert Counter(answer.status_code for answer in answers) == {200: 10, 429: 190}
    passed = {a.url.port for a in answers if a.status_code == 200}
    refused = {a.url.port for a in answers if a.status_code == 429}
    assert passed <= refused
    assert len(refused) == 2


def test_every_answer_tells_what_is_left(api, limit):
    limit(read=(3, 60))

    answers = [api.get(READ) for _ in range(3)]

    assert [a["RateLimit"].split(";")[:2] for a in answers] == [
        ['"read"', "r=2"],
        ['"read"', "r=1"],
        ['"read"', "r=0"],
    ]
    assert {a["RateLimit-Policy"] for a in answers} == {'"read";q=3;w=60'}
    assert 50 < int(answers[-1]["RateLimit"].partition(";t=")[2]) <= 60


def test_a_refusal_is_a_problem_that_says_when_to_come_back(api, limit):
    limit(read=(1, 60))
    api.get(READ)

    answer = api.get(READ)

    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_requests"
    assert answer.json()["violated-policies"] == ["read"]
    assert answer.json()["type"].endswith("#quota-exceeded")
    assert "At most 1 requests in 60 seconds" in answer.json()["detail"]
    assert answer["RateLimit"] == f'"read";r=0;t={answer["Retry-After"]}'


def test_others_and_other_kinds_of_requests_are_not_stopped(api, api_of_bob, limit):
    limit(read=(1, 60), submit=(1, 60))
    api.get(READ)

    assert api.get(READ).status_code == 429
    assert api_of_bob.get(READ).status_code == 200
    assert submit(api).status_code == 201
    assert submit(api).status_code == 429


def test_an_error_counts_and_tells_too(api, limit):
    limit(read=(2, 60))

    answer = api.get("/api/v1/tasks/?priority=high")

    assert answer.status_code == 400
    assert answer["RateLimit"].startswith('"read";r=1')


def test_when_the_window_is_over_it_goes_on(api, limit):
    limit(read=(1, 1))
    api.get(READ)
    assert api.get(READ).status_code == 429

    wait_until(lambda: api.get(READ).status_code == 200, seconds=5)


def test_no_limit_is_not_counted(api, limit):
    limit()

    assert "RateLimit" not in api.get(READ)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/api/v1/tasks/", "read"),
        ("post", "/api/v1/tasks/", "submit"),
        ("post", "/api/v1/tasks/bulk/", "act"),
        ("post", "/api/v1/tasks/{pk}/cancel/", "act"),
        ("delete", "/api/v1/tasks/{pk}/", "act"),
        ("patch", "/api/v1/tasks/{pk}/", "status_update"),
        ("post", "/api/v1/tasks/{pk}/claim/", "status_update"),
        ("put", "/api/aido-order/status/{pk}", "status_update"),
        ("post", "/api/v1/auth/token/", "sign_in"),
        ("get", "/task-status", "read"),
    ],
)
def test_each_kind_of_request_has_a_limit(api, make_task, limit, method, path, scope):
    kinds = ("read", "submit", "act", "status_update", "sign_in")
    limit(**dict.fromkeys(kinds, (9, 60)))

    answer = getattr(api, method)(path.format(pk=make_task().pk))

    assert answer["RateLimit"].startswith(f'"{scope}";r=8')


class TestAddresses:
    def ask(self, address, **headers):
        client = APIClient(REMOTE_ADDR=address, headers=headers)
        return client.post(TOKEN, {"username": "x", "password": "x"}).status_code

    def test_the_anonymous_are_counted_by_address(self, limit):
        limit(sign_in=(1, 60))

        codes = [self.ask(a) for a in ("192.0.2.1", "192.0.2.1", "192.0.2.2")]

        assert codes == [401, 429, 401]

    def test_without_a_proxy_nobody_is_believed_to_be_another(self, limit):
        limit(sign_in=(1, 60))

        codes = [
            self.ask("192.0.2.1", **{"X-Forwarded-For": f"198.51.100.{n}"})
            for n in range(2)
        ]

        assert codes == [401, 429]

    def test_behind_a_proxy_its_own_word_counts(self, limit, settings):
        settings.BEHIND_PROXY = True
        limit(sign_in=(1, 60))

        told = ["198.51.100.1", "198.51.100.2", "made up, 198.51.100.2"]
        codes = [self.ask("192.0.2.1", **{"X-Forwarded-For": t}) for t in told]

        assert codes == [401, 401, 429]


class TestAway:
    @pytest.fixture
    def server(self, limit, settings):
        limit(read=(1, 60))
        with RedisServer() as server:
            settings.REDIS_URL = server.url
            counting.counter._forget()
            yield server
        counting.counter._forget()

    def test_without_redis_nobody_is_refused_and_one_line_says_so(
        self, api, server, caplog, monkeypatch
    ):
        monkeypatch.setattr(counting, "AWAY_SECONDS", 0.05)
        caplog.set_level(logging.WARNING, logger="tasks_app.counting")
        api.get(READ)
        server.kill()

        began = time.monotonic()
        assert {api.get(READ).status_code for _ in range(20)} == {200}
        assert time.monotonic() - began < 5
        assert [line.startswith(AWAY) for line in caplog.messages] == [True]

        server.start()
        wait_until(lambda: api.get(READ).status_code == 429)
        assert caplog.messages[1] == "Redis is back; limits hold again."

    def test_one_that_hangs_holds_up_one_request_for_a_moment(self, api, server):
        with server.frozen():
            began = time.monotonic()
            codes = [api.get(READ).status_code for _ in range(20)]
            took = time.monotonic() - began

        assert codes == [200] * 20
        assert took < 4  # 5 s if each had waited


@pytest.mark.parametrize("text", ["600", "600/0", "-1/60", "many", "1/60/60"])
def test_a_limit_that_cannot_be_read_is_named(monkeypatch, text):
    monkeypatch.setenv("RATE_READ", text)

    with pytest.raises(ImproperlyConfigured, match="RATE_READ"):
        rate("RATE_READ", default="1/1")


def test_a_limit_is_two_numbers_or_none(monkeypatch):
    monkeypatch.setenv("RATE_ACT", "0")

    assert rate("RATE_READ_NOT_SET", default="600/60") == (600, 60)
    assert rate("RATE_ACT", default="600/60") == (0, 0)
