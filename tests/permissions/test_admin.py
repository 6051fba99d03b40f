"""Who gets what from each page and button of the admin."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.test import Client

from tests.lifecycle.rows import fresh

from .people import PEOPLE, table

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]
LIST: Final = "/admin/tasks_app/task/"

#   anonymous stranger owner reporter operator viewer staff superuser
PAGES: Final = {
    LIST: "302 302 302 302 sees sees blind sees",
    f"{LIST}?q=hidden": "302 302 302 302 sees sees blind sees",
    f"{LIST}{{id}}/change/": "302 302 302 302 sees sees 404 sees",
    f"{LIST}{{id}}/history/": "302 302 302 302 302 302 302 302",  # the page has it
    f"{LIST}new/": "302 302 302 302 blind blind blind blind",
    f"{LIST}add/": "302 302 302 302 403 403 403 403",
    f"{LIST}{{id}}/delete/": "302 302 302 302 403 403 403 403",
    "/admin/auth/user/": "302 302 302 302 403 403 403 blind",
    "/admin/django_celery_beat/periodictask/": "302 302 302 302 403 403 403 blind",
}
BUTTONS: Final = {  # the status before, and whether it moves for whom
    "cancel": ("pending", "no no no no yes no no yes"),
    "pause": ("pending", "no no no no yes no no yes"),
    "resume": ("paused", "no no no no yes no no yes"),
    "retry": ("failed", "no no no no yes no no yes"),
}


@pytest.fixture
def browsers(people):
    """Everybody's browser."""

    def opened(who: str) -> Client:
        client = Client()
        if people[who]:
            client.force_login(people[who])
        return client

    return {who: opened(who) for who in PEOPLE}


@pytest.mark.parametrize("address", PAGES)
def test_each_sees_what_is_theirs(browsers, task_that, address):
    task = task_that("failed")
    expected = table(PAGES[address])

    got = {
        who: _outcome(browser.get(address.format(id=task.pk)), str(task.pk))
        for who, browser in browsers.items()
    }

    assert got == expected


@pytest.mark.parametrize("verb", BUTTONS)
def test_each_moves_what_is_theirs(browsers, task_that, verb):
    status, words = BUTTONS[verb]
    got = {}
    for who, browser in browsers.items():
        task = task_that(status)
        browser.post(f"{LIST}act/", {"act": f"{verb}:{task.pk}"})
        got[who] = "yes" if fresh(task).version > task.version else "no"

    assert got == table(words)


@pytest.mark.parametrize("path", ["{id}/change/"])
def test_a_page_that_may_not_be_seen_is_like_one_that_is_not_there(
    browsers, task_that, path
):
    hidden = browsers["staff"].get(LIST + path.format(id=task_that("failed").pk))
    missing = browsers["staff"].get(
        LIST + path.format(id="00000000-0000-7000-8000-000000000000")
    )

    assert (hidden.status_code, hidden.content) == (404, missing.content)


def _outcome(response: Any, pk: str) -> str:
    if response.status_code != 200:
        return str(response.status_code)
    return "sees" if pk in response.content.decode() else "blind"
