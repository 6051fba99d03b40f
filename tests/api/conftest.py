"""Clients of the API, signed in as the people of the cast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.contract.document import document

from .provider import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import User

    from tasks_app.models import Task


@pytest.fixture(autouse=True)
def _described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold every answer that a test gets against the OpenAPI document."""
    ask = Client.request

    def asked(client: Client, **request: Any) -> Any:
        answer = ask(client, **request)
        path = request["PATH_INFO"]
        if path.startswith(("/api/", "/task-status", "/healthz", "/readyz")):
            document().check(request["REQUEST_METHOD"], path, answer)
        return answer

    monkeypatch.setattr(Client, "request", asked)


@pytest.fixture
def cookie(alice: User) -> dict[str, str]:
    """The header by which a client of a real server is alice."""
    client = Client()
    client.force_login(alice)
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """Return a function that signs a user in by session, with CSRF checks on."""

    def sign_in(user: User) -> APIClient:
        client = APIClient(enforce_csrf_checks=True)
        client.get("/admin/login/")  # sets the CSRF cookie
        client.force_login(user)
        client.credentials(HTTP_X_CSRFTOKEN=client.cookies["csrftoken"].value)
        return client

    return sign_in


@pytest.fixture
def api(alice: User, client_of: Callable[[User], APIClient]) -> APIClient:
    """Alice's client."""
    return client_of(alice)


@pytest.fixture
def api_of_bob(bob: User, client_of: Callable[[User], APIClient]) -> APIClient:
    return client_of(bob)


@pytest.fixture
def api_of_staff(staff: User, client_of: Callable[[User], APIClient]) -> APIClient:
    return client_of(staff)


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """An identity provider that this site trusts."""
    with Provider() as running:
        settings.OIDC = running.settings
        yield running


@pytest.fixture
def outside(reporter: User, client_of: Callable[[User], APIClient]) -> APIClient:
    """The client of a service that reports."""
    return client_of(reporter)


@pytest.fixture
def waiting(make_task: Callable[..., Task]) -> Task:
    """An external task that nobody has claimed."""
    return make_task("workshop.outside", params={"text": "hello"})
