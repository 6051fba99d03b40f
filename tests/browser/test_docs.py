"""The page that shows the API's document, from this host and under its policy.

`open_as` fails a test whose page complains of anything or asks another host.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

LOOKS: dict[str, Any] = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_call_is_read_and_tried(open_as, alice, look):
    page = open_as(alice, **LOOKS[look])
    page.goto("/api/v1/docs/")
    submit = page.locator("#operations-Tasks-submit_task")

    submit.get_by_role("button").first.click()
    submit.get_by_role("button", name="Try it out").click()
    submit.locator("textarea").first.fill('{"operation": "workshop.echo"}')
    submit.get_by_role("button", name="Execute").click()

    answer = submit.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("201")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= LOOKS[look]["viewport"]["width"]
    is_dark = page.evaluate("document.documentElement.classList.contains('dark-mode')")
    assert is_dark == (look == "dark")
