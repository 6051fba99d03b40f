"""A browser on a real site: web process, worker and keeper on the test's database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.processes import PATIENCE, Processes
from tests.servers.browser import ARGUMENTS, chromium

from .site import Site, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import User
    from playwright.sync_api import Browser, BrowserContext, Page

expect.set_options(timeout=PATIENCE * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium; Playwright's own is not downloaded."""
    return {"executable_path": chromium(), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def web(
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a web process that serves every test of the session."""
    with Processes(tmp_path_factory.mktemp("web")) as running:
        yield running.web()


@pytest.fixture
def site(web: str, processes: Processes) -> Site:
    """The web process alone: nothing runs the tasks."""
    return Site(web)


@pytest.fixture
def working_site(processes: Processes, site: Site) -> Site:
    """With a worker and a keeper."""
    processes.worker()
    processes.keeper()
    return site


@pytest.fixture
def open_as(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page signed in as `user`.

    Whatever a page complains of, or asks another host for, fails the test at its end.
    """
    watches: list[Watch] = []
    contexts: list[BrowserContext] = []

    def opened(user: User, **options: Any) -> Page:
        context = browser.new_context(base_url=site.url, **options)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": cookie, "url": site.url}])
        page = context.new_page()
        watches.append(Watch(page, site.url))
        page.set_default_timeout(PATIENCE * 1000)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


@pytest.fixture
def page(open_as: Callable[..., Page], staff: User) -> Page:
    """An operator's page."""
    return open_as(staff, viewport={"width": 1280, "height": 800})
