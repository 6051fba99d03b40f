"""What is pressed on a page is large enough, and what moves does not for who minds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tasks_app import lifecycle
from tests.admin.places import SCHEDULES
from tests.admin.schedules import planned

from .site import LIST, NEW, Site, is_in_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Page

    from tasks_app.models import Task

# Links of words alone are as high as their line.
SMALL = """(least) => [...document.querySelectorAll('#content *')]
  .filter((node) => node.matches('a.button, button, summary, select'))
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => getComputedStyle(node).display !== 'inline')
  .map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.min(box.width, box.height) < least - 0.5)
  .map(([text, box]) => `${text} ${box.width} x ${box.height}`)"""
STILL = "document.getAnimations().every(({ playState }) => playState !== 'running')"


@pytest.mark.parametrize(("width", "least"), [(360, 40), (1280, 24)])
def test_every_button_is_large_enough_to_hit(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    make_task: Callable[..., Task],
    make_claimed: Callable[..., Task],
    width: int,
    least: int,
) -> None:
    make_task(title="orders")
    failed = lifecycle.fail(make_claimed("workshop.count"), code="x", message="No.")
    page = open_as(staff, viewport={"width": width, "height": 800})
    found = {}
    of_task = [f"{LIST}{failed.pk}/{name}/" for name in ("change", "retry")]
    planned(staff)
    of_schedules = [SCHEDULES, f"{SCHEDULES}add/"]
    for address in (LIST, *of_task, NEW, f"{LIST}dashboard/", *of_schedules):
        page.goto(address)
        is_in_state(page, "live")
        for box in page.locator("[data-rows] input").all():
            box.check()
        if small := page.evaluate(SMALL, least):
            found[address] = small

    assert found == {}


def test_nothing_moves_for_who_asked_for_less_motion(
    site: Site,
    open_as: Callable[..., Page],
    staff: User,
    make_claimed: Callable[..., Task],
) -> None:
    task = make_claimed(title="orders")
    page = open_as(staff, reduced_motion="reduce")
    for address in (LIST, f"{LIST}{task.pk}/change/"):
        page.goto(address)
        is_in_state(page, "live")
        page.wait_for_function(STILL)
