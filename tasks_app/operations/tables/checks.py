"""Refuses a file before a task is accepted for it, with a sentence that helps.

`operations.uploads` has looked at name, ending and size; this is about the content.
Looks at the first bytes of a text and at the directory and the size of a workbook, so
the cost is bounded whatever is sent. A table with a header and no rows is accepted: an
export of a quiet day is no mistake.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tasks_app.errors import InvalidInputError
from tasks_app.operations.content import HEAD, ZIP, is_page, kind_of
from tasks_app.operations.tables.archive import UnfitArchiveError, check_archive
from tasks_app.operations.tables.encoding import ERRORS, by_first_bytes

if TYPE_CHECKING:
    from tasks_app.models import Upload

TEXTS = (".csv", ".tsv")
WORKBOOKS = (".xlsx",)
ACCEPTED = (*TEXTS, *WORKBOOKS)
# What a text may hold besides characters: line ends, tab, form feed, and the sign that
# ends files of old systems.
_HARMLESS = "\t\n\r\x0b\x0c\x1a"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_upload(upload: Upload) -> None:
    """Raise InvalidInputError for `file` when the upload is no table we can read."""
    suffix = PurePosixPath(upload.original_name).suffix.lower()
    head = _first_bytes(upload.path)
    if suffix in WORKBOOKS:
        _check_workbook(upload.path, head)
    else:
        _check_text(head, suffix)


def _check_workbook(path: Path, head: bytes) -> None:
    kind = kind_of(head)
    if not head.startswith(ZIP):
        found = f"It is {kind}." if kind else "It is no Excel workbook."
        _refuse(
            f"{found} Open it in a spreadsheet program and save it as .xlsx without a"
            " password, or as .csv."
        )
    try:
        check_archive(path)
    except UnfitArchiveError as error:
        raise InvalidInputError({"file": [str(error)]}) from error


def _check_text(head: bytes, suffix: str) -> None:
    kind = kind_of(head)
    if kind:
        _refuse(f"The name ends in {suffix}, but the file is {kind}. {_save(suffix)}")
    text = head.decode(by_first_bytes(head) or "latin-1", ERRORS).removeprefix("\ufeff")
    if is_page(text):
        _refuse(
            f"The name ends in {suffix}, but the file is a web page, perhaps a login"
            " page instead of the export. Sign in and export it again."
        )
    if "\0" in text:
        _refuse(
            "The file holds NUL bytes, so it is no text or a damaged one."
            f" {_save(suffix)}"
        )
    if any(_is_control(sign) for sign in _CONTROL.findall(text)):
        _refuse(
            "The file holds control characters, so it is no text or a damaged one."
            f" {_save(suffix)}"
        )
    if not any(_is_visible(sign) for sign in text):
        _refuse("The file holds only blanks. Export it again.")


def _save(suffix: str) -> str:
    return f"Open it in the program it comes from and save the table as {suffix}."


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _is_control(sign: str) -> bool:
    return sign not in _HARMLESS


def _is_visible(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf")


def _refuse(sentence: str) -> None:
    raise InvalidInputError({"file": [sentence]})
