"""A reporter gets the file of its task, and hands files in."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tasks_app.models import Task

from .attempt import URL, Attempt

pytestmark = pytest.mark.django_db


def test_a_file_comes_and_a_file_goes(outside, api, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order = SimpleUploadedFile("order.txt", b"two boxes", content_type="text/plain")
    created = api.post(
        URL, {"operation": "orders.process", "file": order}, format="multipart"
    ).json()
    attempt = Attempt(outside, Task.objects.get(pk=created["id"]))

    download = outside.get(attempt.claimed["upload"]["url"])
    assert b"".join(download.streaming_content) == b"two boxes"
    note = SimpleUploadedFile("note.html", b"<b>2</b>", content_type="text/html")
    answer = outside.post(
        f"{attempt.url}artifacts/", {**attempt.proof, "file": note}, format="multipart"
    )

    assert answer.status_code == 201
    (artifact,) = answer.json()["artifacts"]
    assert artifact["name"] == "note.html"
    shown = api.get(artifact["url"])
    assert shown["Content-Disposition"].startswith("attachment")
    assert b"".join(shown.streaming_content) == b"<b>2</b>"


@pytest.mark.parametrize("kind", ["x" * 200 + "/y", "text\x00/plain", "text", ""])
def test_an_odd_content_type_is_kept_as_bytes(outside, waiting, kind):
    attempt = Attempt(outside, waiting)
    note = SimpleUploadedFile("note.txt", b"2", content_type=kind)

    answer = outside.post(
        f"{attempt.url}artifacts/", {**attempt.proof, "file": note}, format="multipart"
    )

    (artifact,) = answer.json()["artifacts"]
    assert artifact["content_type"] == "application/octet-stream"
