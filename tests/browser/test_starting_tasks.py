"""The New task page: files, bars and errors; nothing is lost or started twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tasks_app.models import Batch, Task
from tests.processes import ROOT

from .site import NEW, badge, file, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from playwright.sync_api import Locator, Page, Route

    from .site import Site

FILES = f"{NEW}?operation=files.process"
GOOD = (ROOT / "examples" / "products.tsv").read_bytes()
OTHER = b"city\tdistance\n" + b"".join(b"C%d\t%d\n" % (n, 7 * n) for n in range(99))
BROKEN = (ROOT / "examples" / "refused" / "broken.xlsx").read_bytes()
LARGE = b"date,item,amount\n" + b"2026-03-01,Item,1.50\n" * 60_000
SLOW = {"offline": False, "latency": 20, "downloadThroughput": -1}


def opened(page: Page, address: str = FILES) -> None:
    page.goto(address)
    expect(page.locator("live-connection")).to_have_attribute("data-state", "live")


def choose(page: Page, **files: bytes) -> None:
    named = {name.replace("_", "."): content for name, content in files.items()}
    page.set_input_files("#file", [file(*each) for each in named.items()])


def entry(page: Page, name: str) -> Locator:
    return page.locator("[data-chosen] > li", has_text=name)


def start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()


def told(page: Page) -> Locator:
    return page.locator("[data-told]")


def slow_down(page: Page, bytes_per_second: int) -> Any:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    speed = {"uploadThroughput": bytes_per_second}
    network.send("Network.emulateNetworkConditions", {**SLOW, **speed})
    return network


def test_files_are_followed_from_the_page_to_their_end_and_a_bad_one_says_why(
    working_site: Site, page: Page
) -> None:
    opened(page)
    choose(page, a_tsv=GOOD, broken_xlsx=BROKEN, empty_csv=b"", b_tsv=OTHER)
    expect(entry(page, "empty.csv")).to_contain_text(
        "Empty. Choose a file with content."
    )
    expect(entry(page, "a.tsv")).to_contain_text("3.5 kB")

    start(page)

    expect(entry(page, "broken.xlsx")).to_contain_text("The workbook is damaged.")
    expect(entry(page, "a.tsv")).to_contain_text("Started")
    expect(told(page)).to_contain_text("2 tasks started.")
    batch = Batch.objects.get()
    for task in batch.tasks.all():
        expect(badge(row_of(page, task))).to_have_text("Completed")
    assert page.url.endswith(FILES)
    told(page).get_by_role("link", name="Open the batch").click()
    expect(page.locator("[data-rows] tr")).to_have_count(2)


def test_the_form_is_ready_for_another(site: Site, page: Page) -> None:
    opened(page)
    for name in ("a_tsv", "b_tsv"):
        choose(page, **{name: GOOD})
        start(page)
        expect(told(page)).to_contain_text(f"Started “{name.replace('_', '.')}”.")

    assert Task.objects.count() == 2
    expect(page.locator("[data-rows] tr")).to_have_count(2)
    page.get_by_role("button", name="Start another").click()
    expect(page.locator("#file")).to_be_focused()
    expect(page.locator("[data-chosen] > li")).to_have_count(0)


def test_each_file_has_a_bar_that_moves(site: Site, page: Page) -> None:
    opened(page)
    choose(page, a_csv=LARGE, b_csv=LARGE)
    page.evaluate(
        """() => {
          globalThis.seen = [...document.querySelectorAll("[data-chosen] progress")]
            .map((bar) => {
              const values = [];
              new MutationObserver(() => values.push(bar.value))
                .observe(bar, { attributes: true, attributeFilter: ["value"] });
              return values;
            });
        }"""
    )
    slow_down(page, 600_000)

    start(page)

    expect(told(page)).to_contain_text("2 tasks started.")
    first, second = page.evaluate("seen")
    for values in (first, second):
        assert values == sorted(values)
        assert len({value for value in values if 0 < value < 100}) >= 2
    assert second.index(100) > 1 or second[0] == 0


def test_an_upload_can_be_cancelled_and_started_again(site: Site, page: Page) -> None:
    opened(page)
    choose(page, a_csv=LARGE)
    network = slow_down(page, 20_000)
    start(page)
    expect(entry(page, "a.csv")).to_contain_text("%")

    page.get_by_role("button", name="Cancel upload").click()

    expect(told(page)).to_have_text("The upload was cancelled. Nothing was started.")
    assert not Task.objects.exists()
    network.send("Network.emulateNetworkConditions", {**SLOW, "uploadThroughput": -1})
    start(page)
    expect(told(page)).to_contain_text("Started “a.csv”.")
    assert Task.objects.count() == 1


def test_leaving_while_something_is_on_its_way_asks(site: Site, page: Page) -> None:
    opened(page)
    choose(page, a_csv=LARGE)
    slow_down(page, 20_000)
    start(page)
    expect(entry(page, "a.csv")).to_contain_text("%")

    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)

    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(entry(page, "a.csv")).to_contain_text("%")


def test_an_answer_that_is_lost_on_its_way_starts_nothing_twice(
    site: Site, page: Page
) -> None:
    opened(page)
    choose(page, a_tsv=GOOD, b_tsv=GOOD)

    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
        else:
            lost.append(route.fetch().text())
            route.abort()

    page.route("**/new/**", lose)
    start(page)
    expect(told(page)).to_contain_text("The connection was lost.")
    assert Task.objects.count() == 2

    start(page)

    expect(told(page)).to_contain_text("2 tasks started.")
    assert Task.objects.count() == 2
    assert Batch.objects.count() == 1


def test_offline_nothing_can_be_started_and_nothing_is_lost(
    site: Site, page: Page
) -> None:
    opened(page)
    choose(page, a_tsv=GOOD)
    button = page.get_by_role("button", name="Start", exact=True)
    page.context.set_offline(True)

    expect(button).to_have_attribute("aria-disabled", "true")
    expect(told(page)).to_contain_text("You are offline.")
    button.click(force=True)
    assert not Task.objects.exists()

    page.context.set_offline(False)
    expect(button).to_have_attribute("aria-disabled", "false")
    expect(told(page)).to_have_text("")
    start(page)
    expect(told(page)).to_contain_text("Started “a.tsv”.")


def test_a_filled_form_outlives_a_session_that_ended_in_another_tab(
    site: Site, page: Page, staff: User
) -> None:
    opened(page)
    choose(page, a_tsv=GOOD)
    page.locator(".options summary").click()
    page.get_by_label("Title").fill("August")
    other = page.context.new_page()
    other.goto("/admin/")
    other.locator("summary", has_text="Menu of").click()
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/logout/")

    start(page)
    expect(told(page)).to_contain_text("You are signed out. Sign in in a new tab")
    with page.context.expect_page() as tab:
        told(page).get_by_role("link", name="Sign in").click()
    tab.value.get_by_label("Username").fill("staff")
    tab.value.get_by_label("Password").fill("staff")
    tab.value.get_by_role("button", name="Sign in").click()
    tab.value.wait_for_url(re.compile(r"/admin/$"))
    start(page)

    expect(told(page)).to_contain_text("Started “August”.")
    assert Task.objects.get().owner == staff


def test_who_signed_in_as_somebody_else_is_asked_first(
    site: Site, page: Page, superuser: User
) -> None:
    opened(page)
    choose(page, a_tsv=GOOD)
    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto("/admin/login/")
    other.get_by_label("Username").fill("admin")
    other.get_by_label("Password").fill("admin")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(re.compile(r"/admin/"))

    start(page)
    expect(told(page)).to_contain_text("You are signed in as admin now, not as staff.")
    assert not Task.objects.exists()

    start(page)
    expect(told(page)).to_contain_text("Started “a.tsv”.")
    assert Task.objects.get().owner == superuser


def test_the_keyboard_alone_chooses_fills_and_starts(site: Site, page: Page) -> None:
    opened(page, f"{NEW}?operation=workshop.count")
    page.locator(".operations summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Workshop echo")
    expect(page.locator(".operations li:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#start h2")).to_have_text("Echo")
    expect(page.locator("#start h2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")

    expect(told(page)).to_contain_text("Started “Echo”.")
    assert Task.objects.get().params == {"text": "hello"}
    assert page.url.endswith("?operation=workshop.echo")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(told(page).get_by_role("link", name="Open task")).to_be_focused()


def test_another_operation_takes_the_same_files(site: Site, page: Page) -> None:
    opened(page)
    choose(page, a_csv=GOOD, b_tsv=GOOD)

    page.locator(".operations summary").click()
    page.locator("[data-operation='workshop.read']").click()

    expect(page.locator("#start h2")).to_have_text("Read")
    expect(entry(page, "b.tsv")).to_contain_text("Of another kind.")
    start(page)
    expect(told(page)).to_contain_text("Started “a.csv”.")
    assert Task.objects.get().operation == "workshop.read"


def test_the_form_is_in_view_once_an_operation_is_chosen(
    site: Site, open_as: Callable[..., Page], staff: User
) -> None:
    page = open_as(staff, viewport={"width": 360, "height": 740})
    opened(page, NEW)
    page.get_by_role("searchbox").fill("nothing like this")
    expect(page.get_by_text("No operation has these words.")).to_be_visible()
    page.get_by_role("searchbox").fill("echo")
    page.locator("[data-operation='workshop.echo']").click()

    expect(page.locator(".operations nav")).to_be_hidden()
    expect(page.locator(".operations summary")).to_contain_text("Echo Change")
    expect(page.get_by_label("Text", exact=True)).to_be_in_viewport()
    assert page.url.endswith("?operation=workshop.echo")
    page.locator(".operations summary").click()
    expect(page.locator("[aria-current] b:visible")).to_have_text(["Echo"])
    assert page.locator(".operations li:visible").count() > 12


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(
    site: Site, page: Page
) -> None:
    opened(page, f"{NEW}?operation=workshop.everything")
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Rules").fill('{"deep": tru}')
    start(page)

    expect(page.locator("[data-trouble] > div")).to_be_focused()
    expect(page.locator('[id="params.rules-about"]')).to_contain_text("not valid JSON")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Rules")).to_be_focused()
    page.get_by_label("Rules").fill('{"deep": true}')
    start(page)
    expect(told(page)).to_contain_text("Started “Everything”.")
    expect(page.locator("[data-trouble] > div")).to_have_count(0)
    assert Task.objects.get().params["rules"] == {"deep": True}


def test_a_file_can_be_removed_and_the_focus_stays_near(site: Site, page: Page) -> None:
    opened(page)
    names = ["bank-statement.csv", "contacts.csv", "products.tsv"]
    paths = [ROOT / "examples" / name for name in names]
    page.set_input_files("#file", paths[:2])
    page.set_input_files("#file", paths[1:])
    expect(page.locator("[data-chosen] > li")).to_have_count(3)

    page.get_by_role("button", name="Remove bank-statement.csv").press("Enter")

    expect(page.get_by_role("button", name="Remove contacts.csv")).to_be_focused()
    start(page)
    expect(told(page)).to_contain_text("2 tasks started.")
    titles = sorted(Task.objects.values_list("title", flat=True))
    assert titles == names[1:]


def test_nothing_moves_by_itself_from_start_to_end(
    working_site: Site, page: Page
) -> None:
    opened(page)
    choose(page, a_csv=LARGE)
    page.evaluate(
        """() => {
          globalThis.moved = 0;
          new PerformanceObserver((list) => {
            for (const { hadRecentInput, value } of list.getEntries()) {
              if (!hadRecentInput) moved += value;
            }
          }).observe({ type: "layout-shift", buffered: true });
        }"""
    )
    slow_down(page, 800_000)
    start(page)
    expect(told(page)).to_contain_text("Started “a.csv”.")
    task = Task.objects.get()
    expect(badge(row_of(page, task))).to_have_text("Completed")

    assert page.evaluate("moved") < 0.01


@pytest.mark.parametrize("names", [["a.tsv"], ["a.tsv", "b.tsv"]])
def test_all_of_it_works_without_a_script(
    site: Site, open_as: Callable[..., Page], staff: User, names: list[str]
) -> None:
    page = open_as(staff, java_script_enabled=False)
    page.goto(NEW)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.locator("[data-operation='files.process']").click()
    expect(page.locator(".operations nav")).to_be_hidden()
    page.set_input_files("#file", [file(name, GOOD) for name in names])
    start(page)

    expect(page.locator(".messagelist")).to_contain_text("in the queue")
    assert Task.objects.count() == len(names)
