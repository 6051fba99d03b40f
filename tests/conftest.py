"""The cast of every test, and rows made the way the product makes them."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db import connection

from tasks_app import lifecycle
from tasks_app.events import Origin, Source
from tasks_app.models import Task
from tasks_app.operations import registry

from .processes import Processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Playwright runs an event loop in the test's thread; Django would refuse the ORM there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ORIGIN = Origin(actor="alice", source=Source.API, request_id="request-1")


@pytest.fixture(scope="session", autouse=True)
def _end_sessions(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End the sessions of threads, which would keep the test database alive."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@lru_cache
def hashed(password: str) -> str:
    """A real hash, made once: hashing is slow on purpose."""
    return make_password(password)


def person(name: str, **fields: Any) -> User:
    """A user whose password is their name."""
    return User.objects.create(username=name, password=hashed(name), **fields)


def member(user: User, name: str, permissions: list[str]) -> User:
    """Return `user` as one of the group; tests that empty tables lose its rights."""
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.add(group)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def alice(db: None) -> User:
    """Owns the tasks of most tests; no staff rights."""
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """A stranger to alice's tasks; no staff rights."""
    return person("bob")


@pytest.fixture
def staff(db: None) -> User:
    """An operator: sees all tasks and may steer them."""
    names = ["view", "retry", "cancel", "pause", "delete"]
    wanted = [*(f"{name}_task" for name in names), "view_task_payload"]
    wanted += [f"{name}_schedule" for name in ("view", "add", "change", "delete")]
    return member(person("staff", is_staff=True), "Operators", wanted)


@pytest.fixture
def reporter(db: None) -> User:
    """A service that works on external tasks; no staff rights."""
    return member(person("carrier"), "Reporters", ["view_task", "report_task"])


@pytest.fixture
def superuser(db: None) -> User:
    return person("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def anonymous() -> AnonymousUser:
    return AnonymousUser()


@pytest.fixture
def make_task(alice: User) -> Callable[..., Task]:
    """Return a function that makes a pending task of alice, with its history."""

    def make(operation: str = "workshop.echo", **fields: Any) -> Task:
        kind = registry.find(operation)
        defaults: dict[str, Any] = {
            "operation": operation,
            "title": kind.title,
            "owner": alice,
            "max_attempts": kind.retry.max_attempts,
            "external": kind.is_external,
            "origin": ORIGIN,
        }
        return lifecycle.create(**{**defaults, **fields})

    return make


@pytest.fixture
def make_claimed(make_task: Callable[..., Task]) -> Callable[..., Task]:
    """Return a function that makes a task whose first attempt a worker holds."""

    def make(operation: str = "workshop.echo", **fields: Any) -> Task:
        task = make_task(operation, **fields)
        claimed = lifecycle.claim(str(task.pk), worker="worker-1")
        assert claimed is not None
        return claimed

    return make


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path) -> Iterator[Processes]:
    """Real workers, keepers and servers on the test database; all end with the test."""
    with Processes(tmp_path) as running:
        running.empty_broker()
        yield running
