"""On a full disk a file is not processed, which is said, and nothing half is left."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks_app import lifecycle
from tasks_app.models import Artifact, Fingerprint, Task
from tests.conftest import ORIGIN
from tests.operations.disk import emptied, filled
from tests.operations.files.conftest import artifact, result_of, run_task

pytestmark = pytest.mark.embedded_only  # says nothing of a server

Submit = Callable[..., Task]


@pytest.fixture
def pending(submit_file: Submit, write: Callable[..., Path]) -> Task:
    """A task for a file that hardly gets smaller."""
    chance = random.Random(1)
    words = (f"{chance.getrandbits(300):x}" for _ in range(2_000))
    rows = "".join(f"{n},{word}\n" for n, word in enumerate(words))
    return submit_file(write(f"id,word\n{rows}"))


def on_small_disk(folder: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = Path(shutil.move(settings.MEDIA_ROOT, folder / "files"))


@pytest.mark.parametrize("place", ["where artifacts are kept", "where they are made"])
def test_a_full_disk_is_told_and_a_retry_with_room_completes(
    pending: Task,
    small_disk: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    with monkeypatch.context() as patch:
        if place == "where artifacts are kept":
            on_small_disk(small_disk, settings)
        else:
            patch.setattr(tempfile, "tempdir", str(small_disk))
        filled(small_disk, leave=50_000)
        failed = run_task(pending)

    assert (failed.status, failed.error_code) == ("failed", "disk_full"), (
        failed.error_detail
    )
    assert "Make room" in failed.error_message
    assert not Artifact.objects.exists()
    assert not Fingerprint.objects.exists()
    left = [path for path in small_disk.rglob("*") if path.is_file()]
    assert [p.name for p in left if "uploads" not in p.parts] == ["filler"]

    emptied(small_disk)
    task = run_task(lifecycle.retry(failed, attempts=1, origin=ORIGIN))

    assert (task.status, result_of(task)["rows"]) == ("completed", 2_000)
    assert artifact(task, "cleaned.parquet").stat().st_size > 50_000
