"""A file that is no table is refused at once, with a sentence that helps."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks_app.errors import InvalidInputError
from tasks_app.operations.tables.checks import ACCEPTED, check_upload
from tests.operations.files.conftest import EXAMPLES, upload_of

pytestmark = pytest.mark.embedded_only  # says nothing of a server

Write = Callable[..., Path]
SAMPLES = [path for path in EXAMPLES.iterdir() if path.suffix in ACCEPTED]
REFUSED = {
    "archive-named-xlsx.xlsx": "ZIP archive but no Excel workbook",
    "broken.xlsx": "damaged",
    "empty.csv": "only blanks",  # of an upload its size is looked at before
    "login-page.csv": "web page",
    "nul-bytes.csv": "NUL bytes",
    "pdf-named-csv.csv": "PDF document",
}


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInputError) as caught:
        check_upload(upload_of(path))
    assert list(caught.value.errors) == ["file"]
    (sentence,) = caught.value.errors["file"]
    assert sentence.endswith(".")
    assert str(path.parent) not in sentence
    return sentence


def test_every_sample_is_where_it_belongs() -> None:
    assert len(SAMPLES) >= 12
    for path in SAMPLES:
        check_upload(upload_of(path))
    assert {path.name for path in (EXAMPLES / "refused").iterdir()} == set(REFUSED)


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_a_refused_sample_says_what_is_wrong(name: str, words: str) -> None:
    assert words in refusal(EXAMPLES / "refused" / name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n....", "PNG picture"),
        (b"PK\x03\x04....", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0....", "old or password-protected"),
        (b"\x1f\x8b....", "gzip"),
        (b"  <html><body>Sign in</body></html>", "web page"),
        (b"\xef\xbb\xbf<!-- saved -->\n<html>", "web page"),
        (b"<table><tr><td>id</td></tr></table>", "web page"),
        (b"<svg onload=alert(1)>", "web page"),
        ("\ufeff<script>alert(1)</script>".encode("utf-16"), "web page"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "Windows program"),
        (b"\x7fELF\x02\x01\x01\x00", "a program"),
        (b"#!/bin/sh\necho\n", "a script"),
        (b"id,name\n1,a\x00b\n", "NUL"),
        (b"id,name\n1,\x1b[31mred\n", "control characters"),
        (b" \n\t\r\n  ", "only blanks"),
        (b"\xef\xbb\xbf\r\n", "only blanks"),
    ],
)
def test_a_text_that_is_none(write: Write, content: bytes, words: str) -> None:
    assert words in refusal(write(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "It is a PDF document"),
        (b"MZ\x90\x00PK\x03\x04", "It is a Windows program"),
        (b"<html><body>", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
        (b"id,name\n", "no Excel workbook"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_a_workbook_that_is_none(write: Write, content: bytes, words: str) -> None:
    assert words in refusal(write(content, name="a.xlsx"))


def test_a_workbook_in_another_format_is_told_from_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "not in the .xlsx format" in refusal(path)


def test_a_workbook_with_macros_is_no_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"):
            archive.writestr(name, "<a/>")
    assert "not in the .xlsx format" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"Date,Amount\n",  # a quiet day
        "Größe;Preis\n".encode("cp1252"),
        "Größe;Preis\n".encode("utf-16"),
        "a,b\n1,2\n".encode("utf-16-le"),
        b"a,b\r\n1,2\r\n\x1a",  # how old systems end a file
        b"a",
        b"MZN;EUR\n1;2\n",  # a currency, and how Windows programs begin
    ],
)
def test_a_small_or_old_text_is_accepted(write: Write, content: bytes) -> None:
    check_upload(upload_of(write(content)))
