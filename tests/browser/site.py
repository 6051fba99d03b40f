"""Where things are on the pages, and what no page may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Request, WebSocket

    from tasks_app.models import Task

LIST = "/admin/tasks_app/task/"
NEW = f"{LIST}new/"


@dataclass
class Site:
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


class Watch:
    """Collects what a page says on its console and which other hosts it asks."""

    def __init__(self, page: Page, url: str) -> None:
        self.complaints: list[str] = []
        self.url = url
        # Lines of the browser itself about requests that a test means to fail.
        self.expected = ["net::ERR_", "WebSocket connection to"]
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if message.text.startswith("Failed to load resource: the server responded"):
            return  # a refusal that the page tells in words of its own
        if not any(text in message.text for text in self.expected):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"asked another host: {request.url}")


def chip(page: Page) -> Locator:
    """The connection in the header."""
    return page.locator("live-connection")


def is_in_state(page: Page, state: str, *, seconds: float = 60) -> None:
    """Wait until the connection is in the state."""
    expect(chip(page)).to_have_attribute("data-state", state, timeout=seconds * 1000)


def frames(page: Page, direction: Literal["framesent", "framereceived"]) -> list[str]:
    """What the sockets of the page send or are sent from now on; it fills by itself."""
    seen: list[str] = []

    def hear(text: str | bytes) -> None:
        seen.append(str(text))

    def open_socket(socket: WebSocket) -> None:
        if direction == "framesent":
            socket.on("framesent", hear)
        else:
            socket.on("framereceived", hear)

    page.on("websocket", open_socket)
    return seen


def row_of(page: Page, task: Task) -> Locator:
    """The task's row in the list."""
    return page.locator(f"#task-{task.pk}")


def open_list(page: Page, query: str = "") -> None:
    """Open the list and wait until it watches its rows."""
    page.goto(LIST + query)
    watching(page)


def watching(page: Page) -> None:
    """Wait until the server has answered what the page asked to watch."""
    expect(page.locator("live-connection")).to_have_attribute("data-state", "live")
    page.locator("[data-watching]").wait_for()


def badge(place: Page | Locator) -> Locator:
    return place.locator("[data-field=badge]")


def press(place: Page | Locator, verb: str) -> None:
    """Press the button of a row or of a task's page."""
    place.locator(f"button[data-verb={verb}]").click()


def file(name: str, content: bytes) -> Any:
    """A file for an upload field."""
    return {"name": name, "mimeType": "text/csv", "buffer": content}
