"""What the holder of an attempt writes while it runs."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.errors import LeaseLostError
from tests.conftest import ORIGIN
from tests.processes import wait_until

from .rows import Make, claim, everything, fresh

STALE = {
    "renew": lambda task, path: lifecycle.renew(task),
    "step": lambda task, path: lifecycle.step(task, key="a", message="a", data={}),
    "progress": lambda task, path: lifecycle.progress(
        task, current=1, total=2, message="late"
    ),
    "save_position": lambda task, path: lifecycle.save_position(task, position=9),
    "note_error": lambda task, path: lifecycle.note_error(task, message="x", row=1),
    "add_artifact": lambda task, path: lifecycle.add_artifact(
        task, path=path, name="a.txt", content_type="text/plain"
    ),
    "complete": lambda task, path: lifecycle.complete(task, result={}),
    "fail": lambda task, path: lifecycle.fail(task, code="late", message="Late."),
    "release": lambda task, path: lifecycle.release(
        task, delay=0, code="late", message="Late."
    ),
    "obey": lambda task, path: lifecycle.obey(task),
}


@pytest.mark.parametrize("verb", STALE)
@pytest.mark.parametrize("loss", ["rescued", "ended", "other_token", "other_attempt"])
def test_nothing_a_stale_holder_writes_counts(
    make_claimed: Make, tmp_path: Path, verb: str, loss: str
) -> None:
    stale = make_claimed()
    if loss == "rescued":  # another attempt holds it
        lifecycle.release(stale, delay=0, code="x", message="x")
        claim(stale)
    elif loss == "ended":
        lifecycle.complete(stale, result={"right": True})
    elif loss == "other_attempt":
        stale.attempt += 1
    else:  # the right attempt, not the right holder
        stale.lease_token = make_claimed().lease_token
    before = everything(stale)
    (path := tmp_path / "a.txt").write_text("late")

    with pytest.raises(LeaseLostError):
        STALE[verb](stale, path)

    assert everything(stale) == before


def test_renewing_moves_the_lease_and_not_the_version(make_claimed: Make) -> None:
    task = make_claimed()
    until = task.lease_expires_at
    assert until is not None

    def moved() -> bool:
        renewed = lifecycle.renew(task).lease_expires_at
        return renewed is not None and renewed > until

    wait_until(moved, seconds=2)  # SQLite's clock has milliseconds
    assert fresh(task).version == task.version
    assert task.events.count() == 2


def test_renewing_tells_what_was_asked_meanwhile(make_claimed: Make) -> None:
    task = make_claimed()
    lifecycle.cancel(task, origin=ORIGIN)

    assert lifecycle.renew(task).cancel_requested_at is not None


def test_a_step_lands_in_row_and_history(make_claimed: Make) -> None:
    task = lifecycle.step(
        make_claimed(), key="extracting", message="Reading…", data={"rows": 3}
    )

    event = task.events.last()
    assert event is not None
    assert (fresh(task).step, fresh(task).progress_message) == (
        "extracting",
        "Reading…",
    )
    assert (event.kind, event.step, event.message) == ("step", "extracting", "Reading…")
    assert (event.data, event.attempt, event.version) == ({"rows": 3}, 1, 3)


def test_a_progress_is_no_history(make_claimed: Make) -> None:
    task = lifecycle.progress(make_claimed(), current=3, total=4, message="Row 3")

    row = fresh(task)
    assert (row.progress_current, row.progress_total, row.percent) == (3, 4, 75)
    assert (row.progress_message, row.version) == ("Row 3", 3)
    assert row.events.count() == 2


def test_a_progress_without_words_keeps_those_before(make_claimed: Make) -> None:
    task = lifecycle.progress(make_claimed(), current=1, total=4, message="Row 1")
    task = lifecycle.progress(task, current=2, total=None, message="")

    assert (task.progress_message, task.progress_total) == ("Row 1", None)
    assert task.percent is None


def test_a_position_is_kept_for_the_next_attempt(make_claimed: Make) -> None:
    task = lifecycle.save_position(make_claimed(), position={"row": 7})
    lifecycle.release(task, delay=0, code="x", message="x")

    again = claim(task)

    assert again.position == {"row": 7}
    assert again.version == task.version + 2  # saving it moved no version


def test_an_error_is_counted_and_makes_the_end_with_errors(make_claimed: Make) -> None:
    task = lifecycle.note_error(make_claimed(), message="Not a number.", row=7)
    task = lifecycle.note_error(task, message="No header.", row=None)
    ended = lifecycle.complete(task, result={})

    messages = [event.message for event in ended.events.filter(kind="error")]
    assert messages == ["Row 7: Not a number.", "No header."]
    assert (ended.status, ended.error_count) == ("completed_with_errors", 2)


def test_errors_of_an_attempt_that_starts_over_do_not_count(make_claimed: Make) -> None:
    task = lifecycle.note_error(make_claimed(), message="Bad.", row=1)
    lifecycle.release(task, delay=0, code="x", message="x")

    assert lifecycle.complete(claim(task), result={}).status == "completed"


def test_errors_of_an_attempt_that_is_continued_count(make_claimed: Make) -> None:
    task = lifecycle.note_error(make_claimed(), message="Bad.", row=1)
    task = lifecycle.save_position(task, position=1)
    lifecycle.release(task, delay=0, code="x", message="x")

    ended = lifecycle.complete(claim(task), result={})

    assert ended.status == "completed_with_errors"


def test_an_artifact_replaces_the_older_of_its_name(
    make_claimed: Make, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    task, path = make_claimed(), tmp_path / "written"
    with django_capture_on_commit_callbacks(execute=True):
        for text in ("first", "second"):
            path.write_text(text)
            task = lifecycle.add_artifact(
                task, path=path, name="report.txt", content_type="text/plain"
            )
            if text == "first":
                first = Path(task.artifacts.get().file.path)

    artifact = task.artifacts.get()
    assert Path(artifact.file.path).read_text() == "second"
    assert (artifact.name, artifact.size) == ("report.txt", 6)
    assert not first.exists()
    assert task.events.filter(kind="note").count() == 2


def test_an_artifact_of_a_lost_attempt_leaves_no_file(
    make_claimed: Make, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    stale = make_claimed()
    lifecycle.complete(stale, result={})
    (path := tmp_path / "late.txt").write_text("late")

    with pytest.raises(LeaseLostError):
        lifecycle.add_artifact(stale, path=path, name="late", content_type="text/plain")

    assert [file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()] == []


def test_what_postgresql_cannot_store_is_made_storable(make_claimed: Make) -> None:
    nasty = {"a\x00b": ["\x00", "\ud800"], "mean": math.nan, "top": (math.inf, 1.5)}
    clean = {"a�b": ["�", "�"], "mean": None, "top": [None, 1.5]}
    task = lifecycle.step(make_claimed(), key="k", message="\x00 \ud800", data=nasty)
    task = lifecycle.save_position(task, position=nasty)
    assert fresh(task).position == clean
    task = lifecycle.note_error(task, message="cell \x00 \udfff", row=1)
    task = lifecycle.complete(task, result=nasty, progress=(1, 1, "done \x00"))

    assert fresh(task).result == clean
    assert task.events.get(kind="step").data == clean


def test_a_lease_is_given_for_the_time_that_is_set(make_claimed: Make) -> None:
    task = lifecycle.renew(make_claimed())

    event = task.events.last()
    assert event is not None
    assert task.lease_expires_at is not None
    assert timedelta(seconds=6) <= task.lease_expires_at - event.at
