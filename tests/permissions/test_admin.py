"""Who gets what from each page and button of the admin."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.db import transaction
from django.db.models import Count, Sum
from django.test import Client
from django.urls import get_resolver

from tasks_app import credentials
from tasks_app.admin.schedules.form import seen
from tasks_app.models import ApiToken, FailedTask, Task
from tasks_app.operations.statistics import catch_up
from tests.lifecycle.rows import fresh

from .alerts import ALERT_FORMS, ALERT_PAGES, alert_rows, all_alerts
from .people import PEOPLE, table
from .routes import plain, routes
from .schedules import SCHEDULE_FORMS, SCHEDULE_PAGES, all_schedules, schedule_row

pytestmark = [pytest.mark.django_db, pytest.mark.embedded_only]
LIST: Final = "/admin/tasks_app/task/"
TOKENS: Final = "/admin/tasks_app/apitoken/"
LIBRARIES: Final = ("auth/group", "auth/user")

#   anonymous stranger owner reporter operator viewer staff superuser
PAGES: Final = {
    LIST: "302 302 302 302 sees sees blind sees",
    f"{LIST}?search=hidden": "302 302 302 302 sees sees blind sees",
    f"{LIST}{{id}}/change/": "302 302 302 302 sees sees 404 sees",
    f"{LIST}{{id}}/history/": "302 302 302 302 302 302 302 302",  # the page has it
    f"{LIST}new/": "302 302 302 302 blind blind blind blind",
    # Who sees everybody's tasks sees the newest that failed.
    f"{LIST}dashboard/": "302 302 302 302 sees sees blind sees",
    f"{LIST}dashboard/retry/": "302 302 302 302 404 403 403 404",
    f"{LIST}add/": "302 302 302 302 302 302 302 302",  # to that of new tasks
    f"{LIST}{{id}}/delete/": "302 302 302 302 403 403 403 403",
    f"{LIST}{{id}}/retry/": "302 302 302 302 sees 403 404 sees",
    f"{LIST}{{id}}/remove/": "302 302 302 302 sees 403 404 sees",
    f"{LIST}{{id}}/": "302 302 302 302 302 302 302 302",  # to the page
    TOKENS: "302 302 302 302 sees 403 403 sees",
    f"{TOKENS}add/": "302 302 302 302 blind 403 403 blind",
    f"{TOKENS}{{token}}/change/": "302 302 302 302 sees 403 403 sees",
    f"{TOKENS}{{token}}/history/": "302 302 302 302 sees 403 403 sees",
    f"{TOKENS}{{token}}/delete/": "302 302 302 302 sees 403 403 sees",
    f"{TOKENS}{{token}}/": "302 302 302 302 302 302 302 302",
    f"{TOKENS}{{token}}/revoke/": "302 302 302 302 405 405 405 405",
    f"{LIST}act/": "302 302 302 302 405 405 405 405",
    f"{LIST}{{id}}/answer/": "302 302 302 302 405 405 405 405",
    **ALERT_PAGES,
    **SCHEDULE_PAGES,
    # Of what libraries bring, and of no row: who may look is told that it is gone.
    **{
        f"/admin/{library}/{page}": f"302 302 302 302 403 403 403 {superuser}"
        for library in LIBRARIES
        for page, superuser in {
            "": "blind",
            "add/": "blind",
            "0/change/": "302",
            "0/delete/": "302",
        }.items()
    },
    "/admin/auth/user/0/password/": "302 302 302 302 403 403 403 404",
}
# Whoever may open the admin may open these; they say nothing of a row.
OPEN: Final = {
    *("/admin/", "/admin/login/", "/admin/logout/", "/admin/jsi18n/"),
    *("/admin/password_change/", "/admin/password_change/done/"),
    *("/admin/autocomplete/", "/admin/r/{}/{}/"),  # for what the pages may show
    *("/admin/{}/", "/admin/{}"),  # the list of an app's pages, and what is not there
    # Of a row that is not there these lead back, whoever asks.
    *(f"/admin/{library}/{{}}/" for library in LIBRARIES),
    *(f"/admin/{library}/{{}}/history/" for library in LIBRARIES),
}
FORMS: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "start a task": (
        f"{LIST}new/?operation=workshop.echo",
        {},
        "no no no no yes yes yes yes",
    ),
    "cancel several": (
        f"{LIST}act/",
        {"act": "cancel", "id": ["{id}", "{other}"]},
        "no no no no yes no no yes",
    ),
    "retry what failed alike": (
        f"{LIST}dashboard/retry/",
        {"error_group": "{group}"},
        "no no no no yes no no yes",
    ),
    "answer": (
        f"{LIST}{{asking}}/answer/",
        {"act": "answer:{asking}:yes"},
        "no no no no yes no no yes",
    ),
    "delete": (f"{LIST}act/", {"act": "delete:{id}"}, "no no no no no no no no"),
    "pause all": (
        f"{LIST}act/",
        {"act": "pause", "all": "1"},
        "no no no no no no no no",
    ),
    "pause all, said yes": (  # a task of their own, which does what its owner may
        f"{LIST}act/",
        {"act": "pause", "all": "1", "confirmed": "1"},
        "no no no no yes yes yes yes",
    ),
    "make a token": (
        f"{TOKENS}add/",
        {"name": "till", "user": "bob"},
        "no no no no yes no no yes",
    ),
    "change a token": (
        f"{TOKENS}{{token}}/change/",
        {"name": "till", "user": "bob"},
        "no no no no no no no no",
    ),
    "revoke a token": (f"{TOKENS}{{token}}/revoke/", {}, "no no no no yes no no yes"),
    "revoke several": (
        TOKENS,
        {"action": "revoke", "_selected_action": ["{token}"]},
        "no no no no yes no no yes",
    ),
    **ALERT_FORMS,
    "delete a token": (
        f"{TOKENS}{{token}}/delete/",
        {"post": "yes"},
        "no no no no yes no no yes",
    ),
    **SCHEDULE_FORMS,
}
BUTTONS: Final = {  # the status before, and whether it moves for whom
    "cancel": ("pending", "no no no no yes no no yes"),
    "pause": ("pending", "no no no no yes no no yes"),
    "resume": ("paused", "no no no no yes no no yes"),
    "retry": ("failed", "no no no no yes no no yes"),
    "delete": ("failed", "no no no no no no no no"),  # is asked about first
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


@pytest.fixture
def token(people):
    """A token that counts, of bob's."""
    made = ApiToken(name="warehouse", user=people["stranger"])
    credentials.issue_api_token(made, created_by=people["superuser"])
    return made


@pytest.fixture
def alerts(db):
    """A row of each page of alerts."""
    return alert_rows()


@pytest.fixture
def schedule(people):
    """A schedule of an operation that everybody may submit."""
    return schedule_row(people["superuser"])


@pytest.mark.parametrize("address", PAGES)
def test_each_sees_what_is_theirs(
    browsers, task_that, token, alerts, schedule, address
):
    task = task_that("failed")
    catch_up()
    path = address.format(id=task.pk, token=token.pk, schedule=schedule.pk, **alerts)
    marks = (str(task.pk), token.name, "tell-tale", schedule.plan.name)

    got = {who: _outcome(browser.get(path), marks) for who, browser in browsers.items()}

    assert got == table(PAGES[address])


@pytest.mark.parametrize("address", [LIST, f"{LIST}{{id}}/change/"])
def test_a_part_of_a_page_shows_no_more_than_the_page(browsers, task_that, address):
    task = task_that("failed")
    path, part = address.format(id=task.pk), {"X-Fragment": "1"}

    got = {
        who: _outcome(browser.get(path, headers=part), (str(task.pk),))
        for who, browser in browsers.items()
    }

    assert got == table(PAGES[address])


@pytest.mark.parametrize("name", FORMS)
def test_each_form_does_what_its_sender_may(
    browsers, task_that, token, alerts, schedule, name
):
    address, body, words = FORMS[name]
    tasks = [task_that("pending") for _ in range(2)]
    failed, asking = task_that("failed"), task_that("asking")
    catch_up()
    group = FailedTask.objects.get(task=failed).group_id
    ids = {"id": tasks[0].pk, "other": tasks[1].pk, "token": token.pk, "group": group}
    ids |= {"asking": asking.pk, **alerts}
    ids |= {"schedule": schedule.pk, "seen": seen(schedule)}
    sent = {
        field: [each.format(**ids) for each in value]
        if isinstance(value, list)
        else value.format(**ids)
        for field, value in body.items()
    }

    got = {}
    for who, browser in browsers.items():
        with transaction.atomic():
            before = _everything()
            browser.post(address.format(**ids), sent)
            got[who] = "yes" if _everything() != before else "no"
            transaction.set_rollback(True)

    assert got == table(words)


def test_every_page_of_the_admin_has_a_row_here():
    rows = {_bare(address) for address in PAGES} | OPEN
    found = {
        plain(route)
        for route, _ in routes(get_resolver().url_patterns)
        if route.startswith("/admin/")
    }

    assert found == rows


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


def _outcome(response: Any, marks: tuple[str, ...]) -> str:
    if response.status_code != 200:
        return str(response.status_code)
    text = response.content.decode()
    return "sees" if any(mark in text for mark in marks) else "blind"


def _everything() -> tuple[Any, ...]:
    """What is there, as far as a form could change it."""
    tasks = Task.objects.aggregate(Count("pk"), Sum("version"))
    tokens = ApiToken.objects.order_by("pk").values_list("pk", "name", "revoked_at")
    return tasks, list(tokens), all_alerts(), all_schedules()


def _bare(address: str) -> str:
    return plain(re.sub(r"/0/", "/{}/", address.partition("?")[0]))
