"""A list that a task leaves as a CSV file, and goes on with after a pause."""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from tasks_app.operations.disk import FULL

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

# A spreadsheet program would calculate what begins so, or hide the apostrophe.
ACTIVE: Final = tuple("=+-@\t\r\n＝＋－＠'")  # noqa: RUF001  some are wide on purpose


class Listing:
    """Rows of a CSV file, each written as soon as it is added."""

    def __init__(self, file: BinaryIO, *, may_be_cut: bool) -> None:
        self._file = file
        self._may_be_cut = may_be_cut
        self.left_out = 0  # rows that a full disk did not take
        self.size = file.seek(0, io.SEEK_END)

    def add(self, cells: Sequence[str]) -> None:
        """Add a row; raises OSError when the disk is full, unless it may be cut."""
        if self.left_out:
            self.left_out += 1
            return
        line = _line(cells)
        try:
            if self._file.write(line) < len(line):
                raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            if error.errno not in FULL or not self._may_be_cut:
                raise
            self._file.truncate(self.size)
            self.left_out = 1
            return
        self.size += len(line)


@contextmanager
def listing(
    path: Path,
    *,
    context: Context,
    header: Sequence[str],
    size: int,
    may_be_cut: bool = False,
) -> Iterator[Listing]:
    """Yield the list at `path`, which begins with `size` bytes of what there was.

    That is the artifact of that name which the task left when it was paused.
    """
    before = context.task.artifacts.filter(name=path.name).first() if size else None
    with path.open("wb", buffering=0) as file:
        if before is not None:
            with before.file.open("rb") as earlier:
                _copy(earlier, file, size)
        found = Listing(file, may_be_cut=may_be_cut)
        if not found.size:
            found.add(header)
        yield found


def _copy(earlier: Any, file: BinaryIO, size: int) -> None:
    while size > 0 and (chunk := earlier.read(min(size, 1 << 16))):
        file.write(chunk)
        size -= len(chunk)


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    told = [f"'{cell}" if cell.startswith(ACTIVE) else cell for cell in cells]
    csv.writer(text).writerow(told)
    return text.getvalue().encode("utf-8", "replace")
