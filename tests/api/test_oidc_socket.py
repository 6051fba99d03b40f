"""A token of the identity provider, or an API token, on sockets and streams."""

from __future__ import annotations

import httpx
import pytest
from django.contrib.auth.models import User

from tasks_app import credentials
from tasks_app.models import ApiToken
from tests.realtime.conftest import code_after, connected, write

from .provider import Provider

# What the database does is tested on both elsewhere.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded_only]


@pytest.fixture
def trusted():
    with Provider() as running:
        yield running


@pytest.fixture
def site(processes, trusted):
    """A server that trusts the provider and looks at rights every second."""
    told = trusted.settings
    return processes.web(
        RIGHTS_SECONDS="1",
        OIDC_ISSUER=told["ISSUER"],
        OIDC_AUDIENCE=",".join(told["AUDIENCE"]),
        OIDC_KEYS_URL=told["KEYS_URL"],
        OIDC_AGAIN_SECONDS="0",
    )


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def api_token(user, **fields):
    token = ApiToken(name="warehouse", user=user, **fields)
    return credentials.issue_api_token(token, created_by=user)


async def test_a_token_opens_a_socket_until_its_user_is_inactive(
    site, trusted, make_task
):
    async with connected(site, None, headers=bearer(trusted.sign())) as socket:
        carol = await write(User.objects.get, username="carol")
        await write(make_task, title="of carol", owner=carol)
        snapshot = await socket.subscribe(filter={})
        assert [task["title"] for task in snapshot["tasks"]] == ["of carol"]
        await socket.send(action="authenticate", token=trusted.sign())
        await socket.receive("authenticated")

        await write(User.objects.filter(pk=carol.pk).update, is_active=False)

        assert await code_after(socket) == 4401

    # Refused tokens, and a provider that is away, close with codes of their own.
    for token, code in ((trusted.sign(), 4401), (trusted.sign(aud="x"), 4401)):
        headers = bearer(token)
        async with connected(site, None, greeted=False, headers=headers) as socket:
            assert await code_after(socket) == code
    trusted.stop()
    headers = bearer(trusted.sign(kid="two"))
    async with connected(site, None, greeted=False, headers=headers) as socket:
        assert await code_after(socket) == 4503
    async with httpx.AsyncClient(base_url=site) as client:
        refused = await client.get("/api/v1/stream/", headers=headers)
    assert refused.status_code == 503
    assert refused.json()["code"] == "identity_unavailable"
    assert refused.headers["Retry-After"] == "5"


async def test_what_rests_on_an_api_token_ends_when_it_is_revoked(
    site, alice, make_task
):
    await write(make_task, title="orders")
    text = await write(api_token, alice)
    headers = bearer(text)
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        used, spare = [await ticket(client), await ticket(client)]
        async with (
            connected(site, None, headers=headers) as socket,
            connected(site, None, subprotocols=used) as by_ticket,
            client.stream("GET", "/api/v1/stream/", timeout=5) as stream,
        ):
            snapshot = await socket.subscribe(filter={})
            assert [task["title"] for task in snapshot["tasks"]] == ["orders"]

            token = await write(ApiToken.objects.get)
            await write(credentials.revoke_api_token, token)

            assert (await client.get("/api/v1/tasks/")).status_code == 401
            assert await code_after(socket) == 4401
            assert await code_after(by_ticket) == 4401
            assert "orders" in (await stream.aread()).decode()  # to its end

    async with connected(site, None, greeted=False, subprotocols=spare) as late:
        assert await code_after(late) == 4401


async def ticket(client):
    answer = await client.post("/api/v1/auth/ticket/", json={})
    return ["sightline.v1", f"sightline.ticket.{answer.json()['ticket']}"]
