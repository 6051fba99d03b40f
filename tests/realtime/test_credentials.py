"""Who opens a socket: by ticket, by token, by session; and for how long."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from tasks_app import credentials

from .conftest import code_after, connected, cookie_of, write

# HTTP and sockets by themselves; what the database does is tested on both elsewhere.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]

PATH = "/ws/v1/tasks/"


def ticket_for(user, **options):
    ticket = credentials.issue_ticket(user, **{"path": PATH, **options})
    return ["sightline.v1", f"sightline.ticket.{ticket.text}"]


def token_for(user, *, seconds=300):
    token = credentials.issue_tokens(user).access
    shorter = AccessToken(cast(Any, token))
    shorter.set_exp(lifetime=timedelta(seconds=seconds))
    return str(shorter)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def test_a_ticket_opens_a_socket_from_any_page_once(
    connect, alice, make_task, server
):
    await write(make_task, title="orders")
    offered = await write(ticket_for, alice)
    elsewhere = {"origin": "https://portal.example", "subprotocols": offered}
    async with connect(None, **elsewhere) as socket:
        assert socket.connection.subprotocol == "sightline.v1"
        snapshot = await socket.subscribe(filter={})
        assert [task["title"] for task in snapshot["tasks"]] == ["orders"]

    async with connect(None, greeted=False, **elsewhere) as again:
        assert await code_after(again) == 4401


async def test_a_ticket_for_another_path_opens_nothing(connect, alice):
    offered = await write(ticket_for, alice, path="/ws/task-status/")
    async with connect(None, greeted=False, subprotocols=offered) as socket:
        assert await code_after(socket) == 4401


async def test_a_bearer_token_opens_a_socket_without_an_origin(
    connect, alice, make_task
):
    await write(make_task, title="orders")
    headers = bearer(await write(token_for, alice))
    async with connect(None, origin=None, headers=headers) as socket:
        snapshot = await socket.subscribe(filter={})
        assert [task["title"] for task in snapshot["tasks"]] == ["orders"]


async def test_a_bad_token_is_refused_although_the_session_is_good(connect, alice):
    async with connect(alice, greeted=False, headers=bearer("nonsense")) as socket:
        assert await code_after(socket) == 4401


async def test_a_socket_ends_with_its_token(connect, alice):
    headers = bearer(await write(token_for, alice, seconds=2))
    async with connect(None, headers=headers) as socket:
        assert await code_after(socket, seconds=6) == 4401


async def test_a_newer_token_renews_a_socket(connect, alice, make_task):
    headers = bearer(await write(token_for, alice, seconds=2))
    async with connect(None, headers=headers) as socket:
        await socket.subscribe(filter={})
        token = await write(token_for, alice)

        await socket.send(action="authenticate", token=token)

        renewed = await socket.receive("authenticated")
        ends = datetime.fromisoformat(renewed["expires_at"])
        assert ends - timezone.now() > timedelta(minutes=4)
        for _ in range(5):  # past the end of the first
            with suppress(TimeoutError):
                await socket.anything(seconds=1)
            await socket.send(action="ping")
            await socket.receive("pong")
        await write(make_task, title="later")
        await socket.update_until(title="later")


async def test_a_token_of_somebody_else_renews_nothing(connect, alice, bob):
    headers = bearer(await write(token_for, alice))
    async with connect(None, headers=headers) as socket:
        for token in (await write(token_for, bob), "nonsense", None):
            await socket.send(action="authenticate", token=token, id="t")

            refused = await socket.anything()

            assert (refused["type"], refused["ref"]) == ("error", "t")
            assert str(token) not in refused["detail"]


async def test_a_new_password_ends_what_rests_on_a_token(processes, alice):
    site = processes.web(RIGHTS_SECONDS="1")
    headers = bearer(await write(token_for, alice))
    async with connected(site, None, headers=headers) as socket:
        alice.set_password("something else")
        await write(alice.save)

        assert await code_after(socket) == 4401


async def test_a_socket_by_ticket_ends_with_the_session_that_bought_it(
    processes, alice
):
    site = processes.web(RIGHTS_SECONDS="1")
    key = (await cookie_of(alice)).partition("=")[2]
    offered = await write(ticket_for, alice, session_key=key)
    async with connected(site, None, subprotocols=offered) as socket:
        await socket.subscribe(filter={})
        await write(Session.objects.filter(pk=key).delete)

        assert await code_after(socket) == 4401


async def test_no_secret_of_a_connection_is_logged(processes, alice):
    site = processes.web()
    token = await write(token_for, alice)
    offered = await write(ticket_for, alice)
    async with connected(site, None, headers=bearer(token)) as socket:
        await socket.send(action="authenticate", token=token)
        await socket.receive("authenticated")
    async with connected(site, None, subprotocols=offered):
        pass
    async with connected(site, None, greeted=False, subprotocols=offered) as socket:
        await code_after(socket)

    logged = processes.running[-1].logged
    assert "/ws/v1/tasks/" in logged
    secrets = [token, token.rsplit(".", 1)[1], offered[1].removeprefix("sightline.")]
    assert [secret for secret in secrets if secret in logged] == []
