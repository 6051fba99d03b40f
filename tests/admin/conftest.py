"""People signed in to the admin, and where its pages are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from .places import LIST

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def clerk(db: None) -> User:
    """May sign in to the admin, and see nobody else's tasks."""
    return User.objects.create_user("clerk", password="clerk", is_staff=True)


@pytest.fixture
def open_as() -> Callable[[User], Client]:
    """Return a function that signs a person in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def desk(open_as: Callable[[User], Client], staff: User) -> Client:
    """An operator's browser."""
    return open_as(staff)


@pytest.fixture
def rows(desk: Client) -> Callable[[str], list[str]]:
    """Return a function that lists the titles on a page of the list."""

    def titles(query: str = "") -> list[str]:
        response: Any = desk.get(LIST + query)
        assert response.status_code == 200, response
        return [row.task.title for row in response.context["cl"].rows]

    return titles


@pytest.fixture
def grant() -> Callable[[User, str], User]:
    """Return a function that gives a person a permission."""

    def granted(user: User, codename: str) -> User:
        user.user_permissions.add(Permission.objects.get(codename=codename))
        return user

    return granted
