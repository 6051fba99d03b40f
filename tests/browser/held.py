"""An answer on its way that is held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page, Route


class Held:
    """Holds back the answer to a page's first fetch of the part `name`."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name
        self.answers: list[tuple[Route, APIResponse]] = []
        page.route("**/admin/**", self._hold)

    def _hold(self, route: Route) -> None:
        asked = route.request.headers.get("x-fragment")
        if asked != self.name or self.answers:
            route.fallback()
        else:
            self.answers.append((route, route.fetch()))

    def wait(self) -> None:
        """Wait until the server has answered, with what was true then."""
        while not self.answers:
            self.page.wait_for_timeout(50)

    def release(self) -> None:
        """Let the page have the answer, which is out of date by now."""
        [(route, answer)] = self.answers
        route.fulfill(response=answer)
