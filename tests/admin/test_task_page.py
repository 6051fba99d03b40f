"""The page of one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks_app import lifecycle
from tasks_app.models import Artifact, Upload
from tests.conftest import ORIGIN

from .places import LIST, page_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.contrib.auth.models import User
    from django.test import Client

    from tasks_app.models import Task


def test_the_timeline_tells_who_did_what_in_order(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task()
    lifecycle.pause(task, origin=ORIGIN)
    lifecycle.cancel(task, origin=ORIGIN)

    moments = desk.get(page_of(task)).context["moments"]

    assert [moment.event.message for moment in moments] == [
        "Submitted by alice.",
        "Paused by alice.",
        "Cancelled by alice.",
    ]
    assert moments[2].words == ["Cancelled", "through: API"]


def test_a_long_history_shows_its_newest_part(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed()
    for row in range(205):
        task = lifecycle.note_error(task, message="Not a number.", row=row)

    page = desk.get(page_of(task))

    assert len(page.context["moments"]) == 200
    assert page.context["moments"][-1].event.message == "Row 204: Not a number."
    assert "there are earlier ones" in page.content.decode()


def test_downloads_are_offered_and_arrive(
    desk: Client, make_claimed: Callable[..., Task], tmp_path: Path
) -> None:
    task = make_claimed()
    report = tmp_path / "report.txt"
    report.write_text("three rows")
    lifecycle.add_artifact(
        task, path=report, name="report.txt", content_type="text/plain"
    )

    [artifact] = desk.get(page_of(task)).context["artifacts"]

    assert Artifact.objects.count() == 1
    download: Any = desk.get(artifact["url"])
    assert b"".join(download.streaming_content) == b"three rows"
    assert download["Content-Disposition"] == 'attachment; filename="report.txt"'


def test_the_file_is_a_download_for_who_may_have_it(
    desk: Client,
    open_as: Callable[[User], Client],
    clerk: User,
    grant: Callable[[User, str], User],
    make_task: Callable[..., Task],
    alice: User,
) -> None:
    upload = Upload.objects.create(original_name="march.csv", size=1, owner=alice)
    task = make_task(upload=upload)
    link = f'href="/api/v1/tasks/{task.pk}/upload/"'
    viewer = open_as(grant(clerk, "view_task"))

    shown, hidden = (
        browser.get(page_of(task)).content.decode() for browser in (desk, viewer)
    )

    assert link in shown
    assert link not in hidden
    assert "march.csv" in hidden


def test_a_result_is_shown_in_words_and_the_rest_folded(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed()
    result = {"rows": 1204, "clean": True, "tables": [{"name": "one"}], "none": None}
    lifecycle.complete(task, result=result)

    shown = desk.get(page_of(task)).context["result"]

    assert shown["plain"] == [("Rows", "1,204"), ("Clean", "yes")]
    assert '"name": "one"' in shown["rest"]


def test_a_list_of_things_is_shown_as_a_table(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed()
    groups = [
        {"why": ["one"], "total": "1639045606.97", "contracts": 1296, "year": "2025"},
        {"why": [], "year": "<b>", "total": None, "contracts": 1, "is_late": True},
    ]
    lifecycle.complete(task, result={"total": "-1000.50", "groups": groups * 30})

    answer = desk.get(page_of(task))

    shown, page = answer.context["result"], answer.content.decode()
    assert shown["plain"] == [("Total", "-1,000.50")]
    assert not shown["rest"]
    [table] = shown["tables"]
    assert [cell.text for cell in table.header] == [
        *("Year", "Total", "Contracts", "Why", "Is late")
    ]
    assert [[cell.text for cell in row] for row in table.rows[:2]] == [
        ["2025", "1,639,045,606.97", "1,296", "one", ""],
        ["<b>", "", "1", "", "yes"],
    ]
    assert [cell.is_number for cell in table.header] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert (len(table.rows), table.more) == (50, 10)
    assert "And 10 more." in page
    assert "<td>&lt;b&gt;</td>" in page


def test_a_request_that_waits_for_the_worker_is_shown_as_one(
    desk: Client, make_claimed: Callable[..., Task]
) -> None:
    task = make_claimed()
    lifecycle.cancel(task, origin=ORIGIN)

    row = desk.get(page_of(task)).context["row"]

    assert row.badge == "Cancelling"
    assert not any(button.shown for button in row.buttons)


def test_djangos_history_leads_to_the_page(
    desk: Client, make_task: Callable[..., Task]
) -> None:
    task = make_task()

    response = desk.get(f"{LIST}{task.pk}/history/")

    assert response["Location"] == page_of(task)
