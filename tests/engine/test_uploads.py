"""A file is checked before anything is stored, and never stored half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from tasks_app import lifecycle
from tasks_app.errors import InvalidInputError
from tasks_app.models import Batch, Task, Upload
from tasks_app.operations.batches import submit_batch
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN

BAD_NAMES = {
    "../../etc/passwd.csv": "contains a folder",
    "a/b.csv": "contains a folder",
    "..\\b.csv": "contains a folder",
    "a\x00.csv": "invisible characters",
    "a\n.csv": "invisible characters",
    "a\x1b[31m.csv": "invisible characters",
    "gpj.\u202evsc.csv": "invisible characters",
    "a\u200b.csv": "invisible characters",
    "a\u2028b.csv": "invisible characters",
    "half \udcff.csv": "invisible characters",
    "": "needs a name",
    " . ": "needs a name",
    "a" * 252 + ".csv": "needs a name of 1 to 255",
    "a.exe": "It takes: .csv, .txt.",
    "csv": "It takes: .csv, .txt.",
    ".csv": "It takes: .csv, .txt.",
    "a.csv.exe": "It takes: .csv, .txt.",
}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def send(
    owner: User | None, name: str, content: bytes = b"a,b\n", **facts: Any
) -> Task:
    file = ContentFile(content, name="x")
    return submit(
        operation="workshop.read",
        owner=owner,
        origin=ORIGIN,
        file=file,
        file_name=name or " ",
        **facts,
    )


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_is_refused_and_nothing_is_stored(
    alice: User, media: Path, name: str
) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        send(alice, name)

    assert BAD_NAMES[name] in refusal.value.errors["file"][0]
    assert stored(media) == []
    assert not Upload.objects.exists()
    assert not Task.objects.exists()


def test_an_empty_and_a_large_file_are_refused(
    alice: User, media: Path, settings: Any
) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 10}
    send(alice, "ten.csv", b"0123456789")
    with pytest.raises(InvalidInputError, match="too large"):
        send(alice, "eleven.csv", b"0123456789!")
    with pytest.raises(InvalidInputError, match="is empty"):
        send(alice, "empty.csv", b"")

    assert len(stored(media)) == 1


def test_nothing_of_a_name_reaches_the_disk(alice: User, media: Path) -> None:
    task = send(alice, "Überweisungen; rm -rf *.CSV")

    assert task.upload is not None
    assert task.upload.original_name == task.title == "Überweisungen; rm -rf *.CSV"
    assert task.upload.path.suffix == ".csv"
    assert task.upload.path.stem.isalnum()
    assert stored(media) == [task.upload.path]


def test_a_long_name_is_kept_and_the_title_shortened(alice: User) -> None:
    name = "n" * 251 + ".csv"
    task = send(alice, name)

    assert task.upload is not None
    assert task.upload.original_name == name
    assert task.title == name[:200]


def test_the_file_goes_when_the_transaction_fails(
    alice: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**facts: Any) -> None:
        raise RuntimeError("the database is full")

    monkeypatch.setattr(lifecycle, "create", fail)

    with pytest.raises(RuntimeError):
        send(alice, "a.csv")

    assert stored(media) == []
    assert not Upload.objects.exists()


def test_one_bad_file_refuses_the_whole_batch(alice: User, media: Path) -> None:
    files = [ContentFile(b"a", name="a.csv"), ContentFile(b"b", name="b.exe")]
    request: dict[str, Any] = {"operation": "workshop.read", "owner": alice}
    with pytest.raises(InvalidInputError, match=r"“b\.exe”"):
        submit_batch(**request, origin=ORIGIN, files=files)
    assert stored(media) == []
    assert not Batch.objects.exists()

    tasks = submit_batch(**request, origin=ORIGIN, files=files[:1] * 2)
    assert [task.title for task in tasks] == ["a.csv", "a.csv"]
    assert {task.batch for task in tasks} == {Batch.objects.get()}
    assert Batch.objects.get().title == "2 files"


def test_those_refused_are_told_and_the_others_make_the_batch(
    alice: User, media: Path
) -> None:
    names = ("a.csv", "b.exe", "c.csv")
    files = [ContentFile(b"a", name=name) for name in names]
    refused: list[str | None] = []

    tasks = submit_batch(
        operation="workshop.read",
        owner=alice,
        origin=ORIGIN,
        files=files,
        on_refusal=lambda file, error: refused.append(file.name),
    )

    assert refused == ["b.exe"]
    assert [task.title for task in tasks] == ["a.csv", "c.csv"]
    assert Batch.objects.get().title == "2 files"
    assert len(stored(media)) == 2


@pytest.mark.parametrize("names", [(), ("a.csv",), ("a.csv", "b.exe"), ("b.exe",)])
def test_less_than_two_tasks_make_no_batch(
    alice: User, media: Path, names: tuple[str, ...]
) -> None:
    tasks = submit_batch(
        operation="workshop.read",
        owner=alice,
        origin=ORIGIN,
        files=[ContentFile(b"a", name=name) for name in names],
        on_refusal=lambda file, error: None,
    )

    assert len(tasks) == names.count("a.csv")
    assert not Batch.objects.exists()


def test_an_operation_without_files_takes_none(alice: User, media: Path) -> None:
    with pytest.raises(InvalidInputError, match="takes no file"):
        submit(
            operation="workshop.echo",
            owner=alice,
            origin=ORIGIN,
            file=ContentFile(b"a", name="a.csv"),
        )
    assert stored(media) == []
