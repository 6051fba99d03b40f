"""What the New task page refuses before it looks into any file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tasks_app.models import Batch, Task, Upload

from .places import NEW
from .test_new_task import FILES, TABLE, file_errors, stored, table

if TYPE_CHECKING:
    from django.contrib.auth.models import User

COUNT = f"{NEW}?operation=workshop.count"


def post(client: Client, names: list[str], address: str = FILES, **fields: str) -> Any:
    """Send files with these names, and then the fields, as nobody's browser would."""
    # Written by hand: every client library would clean the names.
    heads = [f'name="file"; filename="{name}"' for name in names]
    parts = [(head.replace("\\", "\\\\").encode(), TABLE) for head in heads]
    parts += [(f'name="{k}"'.encode(), v.encode()) for k, v in fields.items()]
    lines = [
        b"--cut\r\nContent-Disposition: form-data; "
        + head
        + b"\r\n\r\n"
        + body
        + b"\r\n"
        for head, body in parts
    ]
    whole = b"".join(lines) + b"--cut--\r\n"
    return client.post(address, whole, content_type="multipart/form-data; boundary=cut")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../../etc/passwd.csv", "“passwd.csv”: The file name contains a folder"),
        ("..\\b.csv", "“b.csv”: The file name contains a folder"),
        ("../", "“file”: The file name contains a folder"),
        ("a\x01b.csv", "“ab.csv”: The file name contains invisible characters."),
        ("gnp\u202evsc.csv", "“gnpvsc.csv”: The file name contains invisible"),
        ("n" * 252 + ".csv", f"“{'n' * 80}”: The file needs a name of 1 to 255"),
    ],
)
def test_a_strange_name_is_told_beside_the_field_and_nothing_is_stored(
    desk: Client, name: str, sentence: str
) -> None:
    before = stored()

    response = post(desk, [name])

    assert response.status_code == 400
    [said] = file_errors(response)
    assert said.startswith(sentence)
    assert said in response.content.decode()
    assert not Upload.objects.exists()
    assert stored() == before


def test_every_strange_name_is_told_and_no_other_file_starts(desk: Client) -> None:
    response = post(desk, ["a/b.csv", "good.csv", "c\x01.csv"])

    assert [said[:7] for said in file_errors(response)] == ["“b.csv”", "“c.csv”"]
    assert not Task.objects.exists()
    assert not Batch.objects.exists()


def test_a_strange_name_does_not_lose_what_was_typed(desk: Client) -> None:
    response = post(desk, ["a/b.csv"], COUNT, **{"params.to": "7"})

    assert response.context["form"].fields[0].value == "7"


def test_as_many_files_as_the_limit_allows_are_taken(
    desk: Client, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    desk.post(FILES, {"file": [table("a.tsv"), table("b.tsv")]})

    assert Task.objects.count() == 2


def test_one_file_too_many_is_told_beside_the_field_and_nothing_is_stored(
    desk: Client,
) -> None:
    before = stored()

    response = post(desk, [f"{number}.csv" for number in range(51)])

    assert response.status_code == 400
    assert file_errors(response) == [
        "At most 50 files are taken at once. Send fewer.",
    ]
    assert "At most 50 files are taken at once." in response.content.decode()
    assert not Task.objects.exists()
    assert stored() == before


def test_too_many_files_leave_the_other_fields_at_their_defaults(
    desk: Client, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 1

    response = post(desk, ["a.csv", "b.csv"], COUNT, **{"params.to": "7"})

    assert response.status_code == 400
    assert response.context["form"].fields[0].value == "10"


def test_the_hint_says_how_many_files_are_taken_at_once(desk: Client) -> None:
    page = desk.get(FILES).content.decode()

    assert "and 50 files at once." in page
    assert 'data-most="50"' in page


@pytest.mark.parametrize("names", [["a/b.csv"], [f"{n}.csv" for n in range(51)]])
def test_a_refused_upload_without_a_token_is_no_way_around_it(
    staff: User, names: list[str]
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)

    assert post(strict, names).status_code == 403


def test_with_its_token_the_page_answers_too_many_files_in_words(staff: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)
    token = str(strict.get(FILES).context["csrf_token"])
    files = [table(f"{number}.csv") for number in range(51)]

    response = strict.post(FILES, {"csrfmiddlewaretoken": token, "file": files})

    assert response.status_code == 400
    assert file_errors(response) == ["At most 50 files are taken at once. Send fewer."]
