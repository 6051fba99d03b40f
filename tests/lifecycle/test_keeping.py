"""What a person keeps is neither pruned nor deleted, until they stop keeping it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tasks_app import lifecycle
from tasks_app.errors import IllegalTransitionError, KeptError
from tasks_app.events import Origin, Source
from tasks_app.models import Artifact, Task
from tasks_app.models.wire import whole_wire
from tests.conftest import ORIGIN

from .rows import Make, claim, everything, fresh


@pytest.fixture(autouse=True)
def no_time_to_live(settings: Any, tmp_path: Path) -> None:
    """What ends now may be pruned at once."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SIGHTLINE = {**settings.SIGHTLINE, "TIME_TO_LIVE": timedelta(seconds=-1)}


@pytest.fixture
def ended(make_claimed: Make) -> Task:
    return lifecycle.fail(make_claimed(), code="x", message="x")


def test_what_is_kept_is_not_pruned_until_nobody_keeps_it(ended: Task) -> None:
    kept = lifecycle.keep(ended, origin=ORIGIN)
    assert (kept.kept, lifecycle.prune(dry_run=True), lifecycle.prune()) == (True, 0, 0)

    lifecycle.unkeep(kept, origin=ORIGIN)

    assert lifecycle.prune() == 1
    assert not Task.objects.exists()


def test_the_history_says_who_kept_it_and_who_stopped(ended: Task) -> None:
    bob = Origin(actor="bob", source=Source.ADMIN)
    kept = lifecycle.keep(ended, origin=ORIGIN)
    lifecycle.unkeep(kept, origin=bob)

    told = list(ended.events.order_by("version"))[-2:]

    assert [(event.kind, event.actor) for event in told] == [
        ("note", "alice"),
        ("note", "bob"),
    ]
    assert told[0].message == "alice keeps it from being cleaned up."
    assert told[1].message == "bob does not keep it any more."
    assert fresh(ended).version == ended.version + 2


def test_what_is_kept_is_not_deleted_and_it_is_said_why(ended: Task) -> None:
    kept = lifecycle.keep(ended, origin=ORIGIN)
    before = everything(kept)

    with pytest.raises(KeptError, match="so it is not deleted"):
        lifecycle.delete(kept)

    assert everything(kept) == before
    lifecycle.delete(lifecycle.unkeep(kept, origin=ORIGIN))
    assert not Task.objects.exists()


def test_what_is_kept_offers_to_stop_that_instead_of_deleting(
    ended: Task, alice: User
) -> None:
    assert ended.actions_for(alice) == ["retry", "delete", "keep"]
    assert whole_wire(ended, alice, large=False)["kept"] is False

    kept = lifecycle.keep(ended, origin=ORIGIN)

    assert kept.actions_for(alice) == ["retry", "unkeep"]
    assert whole_wire(kept, alice, large=False)["kept"] is True


def test_keeping_twice_and_letting_go_of_nothing_change_nothing(ended: Task) -> None:
    with pytest.raises(KeptError, match="Nobody keeps the task"):
        lifecycle.unkeep(ended, origin=ORIGIN)
    kept = lifecycle.keep(ended, origin=ORIGIN)
    before = everything(kept)

    with pytest.raises(KeptError, match="is kept already"):
        lifecycle.keep(kept, origin=ORIGIN)

    assert everything(kept) == before


def test_only_what_has_ended_can_be_kept(make_task: Make) -> None:
    with pytest.raises(IllegalTransitionError):
        lifecycle.keep(make_task(), origin=ORIGIN)


def test_what_is_kept_and_retried_is_kept_when_it_ends_again(ended: Task) -> None:
    kept = lifecycle.keep(ended, origin=ORIGIN)
    lifecycle.retry(kept, attempts=1, origin=ORIGIN)

    again = lifecycle.complete(claim(kept), result={})

    assert again.kept
    assert lifecycle.prune() == 0


def test_the_files_of_what_is_kept_stay_to_be_downloaded(
    make_claimed: Make, tmp_path: Path
) -> None:
    (path := tmp_path / "out").write_text("x")
    task = lifecycle.add_artifact(
        make_claimed(),
        path=path,
        name="out",
        content_type="a/b",
        time_to_live=timedelta(seconds=-1),
    )
    ended = lifecycle.complete(task, result={})
    artifact = Artifact.objects.get(task=ended)
    assert artifact.expires_at is not None
    assert artifact.expires_at < timezone.now()
    assert (artifact.is_expired, Artifact.objects.lasting().exists()) == (True, False)

    lifecycle.keep(ended, origin=ORIGIN)

    artifact = Artifact.objects.get(task=ended)
    assert (artifact.is_expired, Artifact.objects.lasting().exists()) == (False, True)
