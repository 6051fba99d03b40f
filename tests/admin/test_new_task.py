"""Starting tasks by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from tasks_app.admin.choosing import grouped
from tasks_app.models import Batch, Task, Upload
from tasks_app.operations import registry
from tests.processes import ROOT

from .places import LIST, NEW, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

FILES = f"{NEW}?operation=files.process"
TABLE = (ROOT / "examples" / "products.tsv").read_bytes()


def stored() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    return sorted(folder.iterdir()) if folder.exists() else []


def file_errors(response: Any) -> list[str]:
    return list(response.context["form"].file_errors)


def table(name: str, content: bytes = TABLE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_becomes_a_task_of_whoever_sent_it(desk: Client, staff: User) -> None:
    response = desk.post(FILES, {"file": table("products.tsv")}, follow=True)

    task = Task.objects.get()
    assert response.redirect_chain == [(LIST, 302)]
    assert told(response) == [
        "“products.tsv” is in the queue. This list follows it live."
    ]
    assert (task.owner, task.source, task.operation) == (
        staff,
        "admin",
        "files.process",
    )
    assert task.upload is not None
    assert task.upload.path.read_bytes() == TABLE


def test_several_files_become_a_batch(desk: Client) -> None:
    response = desk.post(FILES, {"file": [table("a.tsv"), table("b.tsv")]}, follow=True)

    batch = Batch.objects.get()
    assert told(response)[0].startswith("2 tasks are in the queue.")
    assert batch.title == "2 files"
    assert sorted(task.title for task in batch.tasks.all()) == ["a.tsv", "b.tsv"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "“empty.csv” is empty. Choose a file with content."),
        ("photo.png", b"x", "“photo.png” is not a kind of file that"),
        (
            "broken.xlsx",
            b"PK\x03\x04 not a workbook",
            "“broken.xlsx”: The workbook is damaged.",
        ),
    ],
)
def test_a_file_that_is_refused_says_why_and_leaves_nothing(
    desk: Client, name: str, content: bytes, sentence: str
) -> None:
    before = stored()

    response = desk.post(FILES, {"file": table(name, content)})

    assert response.status_code == 400
    [said] = file_errors(response)
    assert said.startswith(sentence)
    assert escape(said) in response.content.decode()
    assert not Task.objects.exists()
    assert not Upload.objects.exists()
    assert stored() == before


def test_a_file_over_the_limit_is_not_even_kept_for_a_while(
    desk: Client, settings: Any
) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 100_000}
    before = stored()

    response = desk.post(FILES, {"file": table("large.csv", b"a,b\n" * 50_000)})

    assert file_errors(response) == [
        "“large.csv” is too large: at most 0.1 MB are taken."
    ]
    assert not response.wsgi_request.FILES
    assert not Task.objects.exists()
    assert stored() == before


def test_a_file_over_the_limit_does_not_hold_up_the_others(
    desk: Client, settings: Any
) -> None:
    settings.SIGHTLINE = {**settings.SIGHTLINE, "MAX_UPLOAD_BYTES": 100_000}
    files = [table("large.csv", b"a,b\n" * 50_000), table("small.tsv")]

    response = desk.post(FILES, {"file": files})

    assert [task.title for task in Task.objects.all()] == ["small.tsv"]
    assert "Some files were not accepted" in response.content.decode()
    assert len(file_errors(response)) == 1


def test_when_every_file_is_refused_there_is_no_batch(desk: Client) -> None:
    response = desk.post(FILES, {"file": [table("a.csv", b""), table("b.csv", b"")]})

    assert len(file_errors(response)) == 2
    assert not Batch.objects.exists()


def test_an_operation_that_needs_a_file_says_so(desk: Client) -> None:
    response = desk.post(FILES, {})

    assert file_errors(response) == [
        "“Process a file” needs a file: .csv, .tsv, .xlsx."
    ]


def test_the_fields_come_from_the_schema_of_the_chosen_operation(desk: Client) -> None:
    fields = desk.get(f"{NEW}?operation=workshop.count").context["form"].fields

    assert [(field.name, field.kind, field.value) for field in fields] == [
        ("to", "number", "10"),
        ("pause", "number", "0.05"),
        ("mark", "text", ""),
    ]


def test_what_is_typed_arrives_in_the_types_of_the_schema(desk: Client) -> None:
    typed = {"params.to": "3", "params.pause": "0.5", "params.mark": ""}

    desk.post(f"{NEW}?operation=workshop.count", typed)

    assert Task.objects.get().params == {"to": 3, "pause": 0.5, "mark": ""}


def test_a_wrong_parameter_is_told_beside_its_field_and_keeps_what_was_typed(
    desk: Client,
) -> None:
    typed = {"params.to": "many", "params.pause": "0.5"}

    response = desk.post(f"{NEW}?operation=workshop.count", typed)

    to, pause, _ = response.context["form"].fields
    assert response.status_code == 400
    assert to.errors == ["Must be a whole number."]
    assert (to.value, pause.value, pause.errors) == ("many", "0.5", [])
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("ticked", "expected"), [({}, False), ({"params.dry_run": "true"}, True)]
)
def test_a_box_that_is_not_ticked_means_no(
    desk: Client, ticked: dict[str, str], expected: object
) -> None:
    desk.post(f"{NEW}?operation=maintenance.prune", ticked)

    assert Task.objects.get().params["dry_run"] is expected


def test_without_a_choice_an_operation_for_files_is_offered(desk: Client) -> None:
    for query in ("", "?operation=nonsense"):
        assert desk.get(NEW + query).context["form"].operation.name == "files.process"


def test_without_a_token_nothing_starts(staff: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)

    response = strict.post(FILES, {"file": table("a.tsv")})

    assert response.status_code == 403
    assert not Task.objects.exists()


def test_people_who_are_no_staff_cannot_start_here(
    open_as: Callable[[User], Client], alice: User
) -> None:
    response = open_as(alice).post(FILES, {"file": table("a.tsv")})

    assert response.status_code == 302
    assert not Task.objects.exists()


def test_operations_are_grouped_and_the_list_is_folded_once_one_is_chosen(
    desk: Client,
) -> None:
    first, chosen = desk.get(NEW), desk.get(f"{NEW}?operation=contracts.search")

    groups = {name: [x.title for x in found] for name, found in first.context["groups"]}
    assert list(groups) == sorted(groups)
    assert groups["Contracts"] == [
        *("Add up contracts", "Export contracts", "Import contracts"),
        "Search contracts",
    ]
    assert '<details class="operations" open>' in first.content.decode()
    folded = chosen.content.decode()
    assert '<details class="operations">' in folded
    assert "<b data-chosen-operation>Search contracts</b>" in folded
    assert 'href="?operation=files.process"' in folded


def test_operations_without_a_domain_come_last() -> None:
    kinds = [replace(registry.find("files.process"), name=x) for x in ("mine", "zz.a")]

    assert [name for name, _ in grouped(kinds)] == ["Zz", "Others"]
