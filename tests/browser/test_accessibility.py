"""axe finds nothing against WCAG 2.2 A and AA, in any look of any page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tasks_app import lifecycle
from tasks_app.models import Task
from tests.conftest import ORIGIN

from .site import LIST, NEW, Site, chip, is_in_state, open_list, press, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Colours pass from one look to the next within a frame or two.
DRAWN = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  await frame();
}"""
LOOKS: Final[list[tuple[Literal["light", "dark"], int]]] = [
    ("light", 1280),
    ("dark", 1280),
    ("light", 390),
    ("dark", 390),
]


def violations(page: Page) -> list[str]:
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = (
        Axe().run(page, options=options).response["violations"]
    )
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def in_every_look(page: Page) -> list[str]:
    """What axe finds on the page, light and dark, on a desktop and a phone."""
    found = []
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(DRAWN)
        found += [f"{scheme} {width}: {each}" for each in violations(page)]
    return found


@pytest.fixture
def seen(open_as: Callable[..., Page], superuser: User) -> Page:
    """The page of somebody who may see all pages, with no motion to wait for."""
    return open_as(superuser, reduced_motion="reduce")


@pytest.fixture
def tasks(
    make_task: Callable[..., Task], make_claimed: Callable[..., Task]
) -> list[Task]:
    """A task in each status."""
    waiting, paused, cancelled = (make_task(title=f"task {n}") for n in range(3))
    lifecycle.pause(paused, origin=ORIGIN)
    lifecycle.cancel(cancelled, origin=ORIGIN)
    claimed = [make_claimed(title=f"claimed {n}") for n in range(4)]
    lifecycle.complete(claimed[1], result={"rows": 3, "of": ["a", "b"]})
    noted = lifecycle.note_error(claimed[2], message="Not a number.", row=2)
    lifecycle.complete(noted, result=None)
    lifecycle.fail(claimed[3], code="x", message="It broke.", detail="Traceback")
    return [waiting, paused, cancelled, *claimed]


# A page is a row here; `{task}` is one that failed, `{user}` who looks.
PAGES = [
    LIST,
    f"{LIST}?q=nothing+like+this",
    f"{LIST}{{task}}/change/",
    NEW,
    f"{NEW}?operation=files.process",
    f"{LIST}dashboard/",
    "/admin/",
    "/admin/auth/user/",
    "/admin/auth/user/{user}/history/",
    "/admin/auth/group/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_live_and_offline(
    site: Site, seen: Page, superuser: User, tasks: list[Task], path: str
) -> None:
    seen.goto(path.format(task=tasks[-1].pk, user=superuser.pk))
    is_in_state(seen, "live")

    assert in_every_look(seen) == []
    seen.context.set_offline(True)
    is_in_state(seen, "offline")
    assert in_every_look(seen) == []


def test_the_list_with_a_row_that_left_and_ticks(
    site: Site, seen: Page, tasks: list[Task]
) -> None:
    open_list(seen, "?status=pending")
    row_of(seen, tasks[0]).locator("input").check()
    lifecycle.cancel(tasks[0], origin=ORIGIN)
    seen.locator("[data-left]").wait_for()

    assert in_every_look(seen) == []


def test_what_waits_and_what_was_told(
    site: Site, seen: Page, tasks: list[Task]
) -> None:
    open_list(seen)
    seen.context.set_offline(True)
    press(row_of(seen, tasks[0]), "cancel")
    seen.locator(".toast").wait_for()
    chip(seen).locator("summary").click()
    assert in_every_look(seen) == []
    seen.locator("notice-bell summary").click()
    assert in_every_look(seen) == []
    seen.locator(".person summary").click()
    assert in_every_look(seen) == []


def test_the_drawer(site: Site, seen: Page) -> None:
    seen.goto(LIST)
    seen.set_viewport_size({"width": 390, "height": 844})
    seen.get_by_role("button", name="Places").click()
    seen.get_by_role("navigation", name="Places").wait_for()

    assert violations(seen) == []


def test_the_sign_in_page(
    site: Site, open_as: Callable[..., Page], alice: User
) -> None:
    page = open_as(alice)
    page.goto(f"/admin/login/?next={LIST}")

    assert in_every_look(page) == []


def test_a_form_with_errors(site: Site, seen: Page) -> None:
    seen.goto(f"{NEW}?operation=workshop.count")
    seen.locator("form[data-start]").evaluate("(form) => (form.noValidate = true)")
    seen.get_by_label("To", exact=True).fill("1.5")
    seen.get_by_role("button", name="Start").click()
    seen.locator(".errors").first.wait_for()

    assert in_every_look(seen) == []
