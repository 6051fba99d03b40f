"""A file is what it holds, not what it is called, whatever the operation looks at."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from tasks_app.errors import InvalidInputError
from tasks_app.models import Upload
from tasks_app.operations.content import contradiction
from tasks_app.operations.submission import submit
from tests.conftest import ORIGIN

PROGRAM, PAGE, ARCHIVE = b"MZ\x90\x00\x03", b"<!-- x -->\n<html>", b"PK\x03\x04\x14"


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.csv", PROGRAM, "a Windows program"),
        ("a.csv", PAGE, "a web page"),
        ("a.CSV", ARCHIVE, "ZIP archive"),
        ("a.txt", b"#!/bin/sh\n", "a script"),
        ("a.json", b"%PDF-1.7", "a PDF document"),
        ("a.xml", b"\x7fELF", "a program"),
        ("a.pdf", PAGE, "no .pdf file"),
        ("a.png", b"\xff\xd8\xff", "a JPEG picture"),
        ("a.jpg", b"<svg onload=x>", "no .jpg file"),
        ("a.docx", PROGRAM, "a Windows program"),
        ("a.zip", b"\x1f\x8b", "a gzip archive"),
        ("a.xls", ARCHIVE, "ZIP archive"),
    ],
)
def test_a_name_is_belied(name: str, head: bytes, words: str) -> None:
    assert words in contradiction(name, head)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.csv", b"id,name\n"),
        ("a.csv", b"MZN;EUR\n"),
        ("a.txt", b"if a < b: <html> comes later"),
        ("a.json", b"[]"),
        ("a.xml", b"<?xml version='1.0'?><svg/>"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.xlsx", ARCHIVE),
        ("a.unknown", b"\x00\x01"),
    ],
)
def test_a_name_is_borne_out(name: str, head: bytes) -> None:
    assert contradiction(name, head) == ""


def test_it_is_refused_and_nothing_is_kept(
    alice: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(PROGRAM, name="a.csv")

    with pytest.raises(InvalidInputError) as refused:
        submit(operation="workshop.read", owner=alice, origin=ORIGIN, file=file)

    (sentence,) = refused.value.errors["file"]
    assert (
        "“a.csv” is not what its name says: the file is a Windows program" in sentence
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Upload.objects.exists()
