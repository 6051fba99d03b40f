"""Takes a file in: its name, size and content are checked before a task is accepted."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tasks_app.conf import setting
from tasks_app.errors import InvalidInputError
from tasks_app.models import Upload

from .content import HEAD, contradiction
from .registry import Operation

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.files import File

LONGEST_NAME: Final = 255  # characters
# Control characters; invisible ones that can reverse what a name looks like; halves of
# characters, from names that are no UTF-8; separators of lines and paragraphs.
INVISIBLE: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def check_name(name: str) -> str:
    """Return `name` if it is a plain file name; raises InvalidInputError otherwise."""
    if not name.strip(" .") or len(name) > LONGEST_NAME:
        _refuse(f"The file needs a name of 1 to {LONGEST_NAME} characters.")
    if "/" in name or "\\" in name:
        _refuse(
            "The file name contains a folder (“/” or “\\”). Send the bare name of the"
            " file."
        )
    if any(unicodedata.category(character) in INVISIBLE for character in name):
        _refuse("The file name contains invisible characters. Rename the file.")
    return name


def check_kind(name: str, operation: Operation) -> None:
    """Raise InvalidInputError unless the operation takes files with this ending."""
    if not operation.accepts:
        _refuse(f"“{operation.title}” takes no file.")
    if PurePosixPath(name).suffix.lower() not in operation.accepts:
        _refuse(
            f"“{name}” is not a kind of file that “{operation.title}” takes."
            f" It takes: {', '.join(operation.accepts)}."
        )


@contextmanager
def received(
    content: File[bytes], *, name: str, owner: User | None, operation: Operation
) -> Iterator[Upload]:
    """Store `content` and yield its unsaved Upload row; remove the file if that fails.

    Raises InvalidInputError for a name, size or content that cannot be accepted.
    """
    check_kind(check_name(name), operation)
    limit = setting("MAX_UPLOAD_BYTES")
    if (content.size or 0) > limit:
        _refuse(
            f"“{name}” is too large: at most {limit / 1_000_000:,.1f} MB are taken."
        )
    if not content.size:
        _refuse(f"“{name}” is empty. Choose a file with content.")
    upload = Upload(original_name=name, owner=owner, size=content.size)
    upload.sha256 = _digest(content)
    upload.file.save(name, content, save=False)
    try:
        if operation.check_upload is not None:
            operation.check_upload(upload)
        _check_content(name, upload)
        yield upload
    except BaseException:
        upload.file.delete(save=False)
        raise


def _check_content(name: str, upload: Upload) -> None:
    """Raise InvalidInputError for a file that is something else than its name says."""
    with upload.path.open("rb") as file:
        found = contradiction(name, file.read(HEAD))
    if found:
        _refuse(
            f"“{name}” is not what its name says: {found}. Save it in the format of its"
            " name, in the program it comes from."
        )


def _digest(content: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _refuse(sentence: str) -> None:
    raise InvalidInputError({"file": [sentence]})
