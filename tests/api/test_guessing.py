"""Passwords cannot be guessed for long, and nobody is kept out by who tries."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from tasks_app.counting import counter
from tasks_app.credentials import TooManyAttemptsError, signing_in
from tasks_app.trace import Trace, traced

pytestmark = pytest.mark.django_db

TOKEN, LOGIN = "/api/v1/auth/token/", "/admin/login/"
MOST = 3


@pytest.fixture(autouse=True)
def few(settings):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "SIGN_IN_ATTEMPTS": MOST}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user(db):
    """Somebody nobody has counted yet: the counts outlive a test."""
    name = f"user-{uuid.uuid4().hex[:12]}"
    return User.objects.create_user(name, password=name, is_staff=True)


@pytest.fixture
def address():
    """Return a function that draws an address nobody has come from yet."""

    def drawn():
        return ".".join(str(byte) for byte in b"\x0a" + uuid.uuid4().bytes[:3])

    return drawn


def attempt(name, address):
    """Fail to be `name`, as somebody at the address."""
    with traced(Trace(address=address)), signing_in(name):
        raise ValueError("wrong")


def token(user, password, address, **headers):
    body = {"username": user.username, "password": password}
    return APIClient(REMOTE_ADDR=address, headers=headers).post(TOKEN, body)


def form(user, password, address):
    body = {"username": user.username, "password": password}
    return Client(REMOTE_ADDR=address).post(LOGIN, body)


def test_a_program_is_stopped_and_told_when_to_come_again(user, address):
    here = address()
    for _ in range(MOST):
        assert token(user, "wrong", here).status_code == 401

    answer = token(user, user.username, here)  # even with the right password

    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_attempts"
    assert "Try again in 15 minutes." in answer.json()["detail"]
    assert 880 <= int(answer["Retry-After"]) <= 901


def test_the_sign_in_page_counts_the_same_attempts(user, address):
    here = address()
    for _ in range(MOST - 1):
        token(user, "wrong", here)
    assert "Please enter the correct" in form(user, "wrong", here).content.decode()

    page = form(user, user.username, here)

    assert page.status_code == 200
    told = "Too many attempts to sign in. Try again in 15 minutes."
    assert told in page.content.decode()
    assert token(user, user.username, here).status_code == 429


def test_who_signs_in_starts_anew(user, address):
    here = address()
    for _ in range(3):
        for _ in range(MOST - 1):
            token(user, "wrong", here)
        assert token(user, user.username, here).status_code == 200
    assert form(user, user.username, here).status_code == 302


def test_others_are_not_stopped(user, address):
    there, here = address(), address()
    for _ in range(MOST + 1):
        token(user, "wrong", there)

    assert token(user, user.username, here).status_code == 200
    name = f"other-{user.username}"
    other = User.objects.create_user(name, password=name)
    assert token(other, other.username, there).status_code == 200


def test_many_names_from_one_address_are_stopped(db, address):
    here = address()
    names = [str(number) for number in range(MOST * 20)]
    for name in names:
        with pytest.raises(ValueError, match="wrong"):
            attempt(name + here, here)

    with pytest.raises(TooManyAttemptsError):
        attempt("one more" + here, here)


def test_a_name_from_many_addresses_is_stopped_but_not_for_its_user(user, address):
    home = address()
    assert token(user, user.username, home).status_code == 200
    for _ in range(MOST * 5):
        with pytest.raises(ValueError, match="wrong"):
            attempt(user.username, address())

    assert token(user, user.username, address()).status_code == 429
    assert token(user, user.username, home).status_code == 200


def test_who_is_stopped_does_not_use_up_the_attempts_of_others(user, address):
    here = address()
    for _ in range(MOST * 10):
        with pytest.raises((ValueError, TooManyAttemptsError)):
            attempt(user.username, here)

    assert token(user, user.username, address()).status_code == 200


def test_a_count_ends_however_often_is_tried(user, address, settings):
    settings.SIGHTLINE = {**settings.SIGHTLINE, "SIGN_IN_SECONDS": 1}
    here, stopped = address(), threading.Event()
    for _ in range(MOST):
        with pytest.raises(ValueError, match="wrong"):
            attempt(user.username, here)
    answers: list[int] = []
    while not answers or answers[-1] == 429:
        answers.append(token(user, user.username, here).status_code)
        stopped.wait(0.1)
        assert len(answers) < 50

    assert answers[0] == 429
    assert answers[-1] == 200


def test_a_forwarded_address_counts_behind_a_proxy_only(user, address, settings):
    proxy, named = address(), "X-Forwarded-For"
    for number in range(MOST):
        token(user, "wrong", proxy, **{named: f"192.0.2.{number}"})
    assert token(user, "x", proxy, **{named: "192.0.2.9"}).status_code == 429

    settings.BEHIND_PROXY = True
    client = address()  # as the proxy saw it, after what the client says of itself
    for _ in range(MOST):
        told = f"{address()}, {client}"
        assert token(user, "x", proxy, **{named: told}).status_code == 401
    told = f"{address()}, {client}"
    assert token(user, "x", proxy, **{named: told}).status_code == 429


def test_an_ipv6_network_counts_as_one(user):
    net = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}"
    for host in range(MOST):
        token(user, "wrong", f"{net}::{host + 1:x}")

    assert token(user, user.username, f"{net}::ffff").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_allowed_are_looked_at(user, address):
    here = address()

    def guess(_):
        try:
            attempt(user.username, here)
        except (ValueError, TooManyAttemptsError) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as pool:
        ends = list(pool.map(guess, range(60)))

    assert ends.count(ValueError) == MOST
    assert ends.count(TooManyAttemptsError) == 60 - MOST


@pytest.fixture
def without_redis(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    counter._forget()
    yield
    counter._forget()


@pytest.mark.usefixtures("without_redis")
def test_without_redis_a_process_counts_by_itself(user, address):
    here = address()
    for _ in range(MOST):
        assert token(user, "wrong", here).status_code == 401

    assert token(user, user.username, here).status_code == 429
