"""One-time tickets: who gets one, and that it counts once, soon and in one place."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import monotonic

import pytest
from django.db import connection
from django.db.models import F
from rest_framework.test import APIClient

from tasks_app.credentials import (
    CredentialError,
    issue_ticket,
    issue_tokens,
    read_token,
    redeem_ticket,
)
from tasks_app.credentials import tickets as module
from tasks_app.models import SocketTicket

URL = "/api/v1/auth/ticket/"
PATH = "/ws/v1/tasks/"


def refused(text, path=PATH):
    """Whether the ticket counts for nothing; its text never reaches the sentence."""
    with pytest.raises(CredentialError) as error:
        redeem_ticket(text, path=path)
    assert text not in str(error.value) or not text
    return error.value.code == "ticket_invalid"


def make_older(seconds):
    SocketTicket.objects.update(created_at=F("created_at") - timedelta(seconds=seconds))


# --- Redeeming --------------------------------------------------------------------


def test_a_ticket_stands_for_its_user_once(alice):
    ticket = issue_ticket(alice, path=PATH)

    credential = redeem_ticket(ticket.text, path=PATH)

    assert (credential.user, credential.expires_at) == (alice, None)
    assert refused(ticket.text)


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_redeem_at_once_one_gets_in(alice):
    for _ in range(5):
        text = issue_ticket(alice, path=PATH).text
        start = Barrier(10)

        def ask(_, text=text, start=start):
            start.wait(10)
            try:
                return redeem_ticket(text, path=PATH).user.pk
            except CredentialError:
                return None
            finally:
                connection.close()

        with ThreadPoolExecutor(10) as threads:
            answers = list(threads.map(ask, range(10)))

        assert [answer for answer in answers if answer is not None] == [alice.pk]


def test_a_ticket_lives_for_thirty_seconds(alice):
    young, old = (issue_ticket(alice, path=PATH) for _ in range(2))
    make_older(25)
    assert redeem_ticket(young.text, path=PATH).user == alice

    make_older(6)

    assert refused(old.text)


def test_a_ticket_counts_at_one_path_only(alice):
    ticket = issue_ticket(alice, path=PATH)

    assert refused(ticket.text, "/ws/task-status/")
    assert redeem_ticket(ticket.text, path=PATH).user == alice


def test_a_ticket_expires_with_the_token_it_was_bought_with(alice):
    now = datetime.now(UTC)
    live = issue_ticket(alice, path=PATH, expires_at=now + timedelta(seconds=20))
    dead = issue_ticket(alice, path=PATH, expires_at=now - timedelta(seconds=1))

    credential = redeem_ticket(live.text, path=PATH)

    assert credential.expires_at == now + timedelta(seconds=20)
    assert refused(dead.text)


def test_tickets_of_someone_inactive_or_gone_count_for_nothing(alice, bob):
    tickets = [issue_ticket(user, path=PATH) for user in (alice, bob)]
    alice.is_active = False
    alice.save()
    bob.delete()

    assert [refused(ticket.text) for ticket in tickets] == [True, True]


def test_a_new_password_ends_tickets_too(alice):
    ticket = issue_ticket(alice, path=PATH)
    alice.set_password("another")
    alice.save()

    assert refused(ticket.text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["", "x", "A" * 43, "A" * 42 + "\n", "A" * 43 + "\n", "\0" * 43, "\ud800" * 43],
    ids=repr,
)
def test_what_was_never_issued_is_refused(text):
    assert refused(text)


def test_ten_megabytes_are_refused_without_a_query(django_assert_num_queries, db):
    before = monotonic()

    with django_assert_num_queries(0):
        assert refused("A" * 10_000_000)

    assert monotonic() - before < 0.5


# --- What is kept of them ---------------------------------------------------------


def test_the_database_holds_no_ticket(alice):
    ticket = issue_ticket(alice, path=PATH)

    (row,) = SocketTicket.objects.values()

    assert not any(ticket.text in str(value) for value in row.values())
    assert ticket.text not in repr(ticket)


def test_expired_tickets_are_forgotten_a_few_at_a_time(alice, bob, monkeypatch):
    monkeypatch.setattr(module, "SWEPT", 2)
    for user in (alice, bob, bob):
        issue_ticket(user, path=PATH)
    make_older(40)

    issue_ticket(alice, path=PATH)
    assert SocketTicket.objects.count() == 2

    issue_ticket(alice, path=PATH)
    assert SocketTicket.objects.count() == SocketTicket.objects.valid().count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_may_order_while_old_tickets_are_swept(alice):
    for _ in range(20):
        issue_ticket(alice, path=PATH)
    make_older(40)

    def order(_):
        try:
            return issue_ticket(alice, path=PATH).expires_in
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(order, range(16)))

    assert answers == [30] * 16
    assert SocketTicket.objects.count() == SocketTicket.objects.valid().count() == 16


# --- Ordering one -----------------------------------------------------------------


def test_a_session_orders_a_ticket(api, alice):
    response = api.post(URL)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert sorted(response.json()) == ["expires_in", "ticket"]
    assert response.json()["expires_in"] == 30
    credential = redeem_ticket(response.json()["ticket"], path=PATH)
    assert (credential.user, credential.expires_at) == (alice, None)


@pytest.mark.parametrize(
    "path", ["/ws/v1/tasks/", "/ws/task-status/", "/ws/tasks/status/"]
)
def test_a_token_orders_a_ticket_that_expires_with_it(alice, path):
    access = issue_tokens(alice).access
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")

    text = client.post(URL, {"path": path}).json()["ticket"]

    assert refused(text, "/elsewhere/")
    assert redeem_ticket(text, path=path) == read_token(access)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"path": "/ws/"}, "path"),
        ({"path": "/ws/v1/tasks"}, "path"),
        ({"path": "http://elsewhere/ws/v1/tasks/"}, "path"),
        ({"path": ""}, "path"),
        ({"path": None}, "path"),
        ({"path": ["/ws/v1/tasks/"]}, "path"),
        ({"user": "bob"}, "user"),
    ],
)
def test_other_orders_are_refused_by_field(api, body, field):
    response = api.post(URL, body)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]
    assert not SocketTicket.objects.exists()


def test_nobody_else_gets_one(api, db):
    api.credentials()

    assert api.post(URL).status_code == 403  # a session without its CSRF token
    assert APIClient().post(URL).status_code == 401
    assert not SocketTicket.objects.exists()


def test_no_line_of_the_log_holds_a_ticket(api, caplog):
    caplog.set_level(logging.DEBUG)
    text = api.post(URL).json()["ticket"]

    redeem_ticket(text, path=PATH)
    assert refused(text)
    assert api.post(URL, {"path": text}).status_code == 400

    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert any("Bad Request" in line for line in lines)
    assert not any(text in line for line in lines)
