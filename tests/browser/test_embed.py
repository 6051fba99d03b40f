"""`<task-progress>` on pages of this site and of another, `examples/embed/`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tasks_app import lifecycle
from tasks_app.events import Origin
from tasks_app.models import Task
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN
from tests.processes import PATIENCE, ROOT, answers, wait_until
from tests.servers import free_port

from .site import Site, Watch, open_list
from .test_accessibility import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.auth.models import User
    from playwright.sync_api import Browser, Locator, Page

PUT = """async (id) => {
    window.told = [];
    const tell = ({ type, detail }) => told.push([type, detail.status]);
    for (const name of ["task-update", "task-done"])
        document.addEventListener(name, tell);
    const element = document.createElement("task-progress");
    element.taskId = id; // before the class is there
    document.querySelector("#content").append(element);
    await import("/static/js/lib/task-progress.js");
}"""


@pytest.fixture
def shop(site: Site, alice: User) -> Iterator[str]:
    """The address of the example, a site that hands in tasks for alice."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(ROOT / "examples" / "embed" / "serve.py")]
    variables = {**os.environ, "SIGHTLINE": site.url, "PORT": str(port)}
    process = subprocess.Popen(
        command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(f"{url}/index.html"), what="the shop to open")
        yield url
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def visitor(browser: Browser, shop: str, site: Site) -> Iterator[Page]:
    """Somebody in the shop, who has no account here."""
    context = browser.new_context(base_url=shop, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    watch = Watch(page, "http://127.0.0.1:")
    yield page
    context.close()
    assert watch.complaints == []


def part(place: Page | Locator, name: str) -> Locator:
    """A part of the element; Playwright looks into open shadow roots."""
    return place.locator(f"task-progress .{name}")


def test_a_page_of_another_site_starts_a_task_and_follows_it_to_its_end(
    working_site: Site, visitor: Page
) -> None:
    visitor.goto("/")
    visitor.get_by_role("button", name="Hand in").click()

    expect(part(visitor, "title")).to_have_text("bank-statement.csv")
    expect(part(visitor, "status")).to_have_text("Completed")
    expect(part(visitor, "percent")).to_have_text("100 %")
    bar = visitor.get_by_role("progressbar", name="Progress of bank-statement.csv")
    expect(bar).to_have_attribute("aria-valuenow", "100")
    expect(visitor.locator("#news")).to_have_text("bank-statement.csv: Completed.")
    assert str(Task.objects.get().owner) == "alice"


def test_what_happens_while_the_visitor_is_offline_is_shown_when_they_are_back(
    visitor: Page, make_task: Callable[..., Task]
) -> None:
    waiting, other = make_task(title="orders"), make_task(title="invoices")
    strange = submit(
        operation="workshop.echo", owner=None, origin=Origin("cron", "schedule")
    )
    sockets: list[str] = []
    visitor.on("websocket", lambda socket: sockets.append(socket.url))
    visitor.goto(f"/?task={waiting.pk}&task={other.pk}&task={strange.pk}")
    cards = visitor.locator("task-progress")
    expect(part(visitor, "status")).to_have_text(["Not found", "Pending", "Pending"])
    expect(cards.first).to_contain_text("This task does not exist, or you may not")
    assert len(sockets) == 1  # for all elements

    visitor.context.set_offline(True)
    expect(cards.last).to_contain_text("You are offline.")
    lifecycle.cancel(waiting, origin=ORIGIN)
    visitor.context.set_offline(False)

    expect(part(visitor, "status")).to_have_text(["Not found", "Pending", "Cancelled"])
    expect(part(visitor, "connection").last).to_be_hidden()
    expect(visitor.locator("#news")).to_have_text("orders: Cancelled.")
    assert len(sockets) > 1
    for scheme in ("light", "dark"):
        visitor.emulate_media(color_scheme=scheme)
        assert violations(visitor) == []


def test_our_own_strict_pages_take_the_element_and_it_tells_what_happens(
    site: Site, page: Page, make_task: Callable[..., Task]
) -> None:
    task, before = make_task(title="orders"), make_task(title="invoices")
    open_list(page)
    page.evaluate(PUT, str(before.pk))
    expect(part(page, "title")).to_have_text("invoices")
    page.locator("task-progress").evaluate("(e, id) => (e.taskId = id)", str(task.pk))
    expect(part(page, "title")).to_have_text("orders")

    lifecycle.fail(
        claimed(task), code="x", message="The till is closed.", detail="Traceback"
    )

    expect(part(page, "error")).to_have_text("The till is closed.")
    expect(part(page, "spoken")).to_have_text(re.compile("orders: Failed. The till"))
    told = page.evaluate("told")
    assert told[0] == ["task-update", "pending"]
    assert told[-1] == ["task-done", "failed"]


def claimed(task: Task) -> Task:
    attempt = lifecycle.claim(str(task.pk), worker="worker-1")
    assert attempt is not None
    return attempt
