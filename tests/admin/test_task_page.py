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
