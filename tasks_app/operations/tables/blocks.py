"""A text file in blocks of whole lines, a few megabytes each.

A block is bytes of UTF-8 for the quick reader, and text for the careful one. What the
careful one did not need of a block goes back to be read quickly. Of a line that is far
too long only the beginning is kept, as a block of its own: memory stays flat.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any

from tasks_app.errors import OperationError
from tasks_app.operations.tables.dialect import Dialect
from tasks_app.operations.tables.encoding import ERRORS

BLOCK = 1 << 22  # bytes, or characters
LONGEST_LINE = 1 << 23  # bytes, or characters
TOO_LONG = "it is a line of more than 8 million characters"
KEPT = 200  # of such a line
UTF8 = {"utf-8": 0, "utf-8-sig": 3}  # bytes of the mark in front
LOST = "surrogatepass"  # a character that could not be read becomes invalid UTF-8


class Blocks:
    """Reads a file once, from its beginning; a context manager."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self._file: IO[Any] = _opened(path, dialect)
        self._text: io.StringIO | None = None  # what the careful reader is at
        self._length = 0
        self._begun = False
        self._cut: bytes | str = b""  # what is kept of a line that was too long
        self.is_cut = False  # whether what was read last is that

    def __enter__(self) -> Blocks:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def next(self) -> bytes:
        """Return the next lines as UTF-8; nothing at the end.

        Raises OperationError where the first line is too long: that is no table.
        """
        if self._text is not None:
            rest = self._text.read()
            self._text = None
            if rest:
                return rest.encode("utf-8", LOST)
        self.is_cut = bool(self._cut)
        block = self._cut or self._lines()
        if self.is_cut:
            self._cut = b""
        elif not block and self._cut:
            return self.next()
        self._begun = True
        return block.encode("utf-8", LOST) if isinstance(block, str) else block

    def _lines(self) -> bytes | str:
        """Return the next lines up to one that is too long, which is cut."""
        head = self._file.read(BLOCK)
        tail = self._file.readline(LONGEST_LINE)
        if len(tail) < LONGEST_LINE or _ends(tail):
            whole: bytes | str = head + tail
            return whole
        ends = ("\n", "\r") if isinstance(head, str) else (b"\n",)
        sound: bytes | str = head[: 1 + max(map(head.rfind, ends))]
        if not sound and not self._begun:
            raise OperationError(
                "The first line of the file has more than 8 million characters, so it"
                " is no table. Export it again with one row on each line.",
                code="unreadable_file",
            )
        self._cut = self._shortened(head[len(sound) :] + tail)
        return sound

    def _shortened(self, line: Any) -> Any:
        """Pass over the rest of a line; a quotation mark it leaves open stays so."""
        sign, end = ('"', "\n") if isinstance(line, str) else (b'"', b"\n")
        marks, start = line.count(sign), line[:KEPT].replace(sign, line[:0])
        while rest := self._file.readline(LONGEST_LINE):
            marks += rest.count(sign)
            if _ends(rest):
                break
        return start + sign * (marks % 2) + end

    def put_back(self, block: bytes) -> None:
        """Let these lines be read by `line`."""
        text = block.decode("utf-8", ERRORS)
        self._text, self._length = io.StringIO(text, newline=""), len(text)

    def line(self) -> str:
        """Return the next line with its end, empty at the end of the file."""
        if self._text is not None:
            line = self._text.readline()
            if line:
                return line
        block = self.next()
        if not block:
            return ""
        self.put_back(block)
        return self.line()

    def is_between(self) -> bool:
        """Whether what was put back is used up."""
        if self._text is None:
            return True
        return self._text.tell() >= self._length


def _opened(path: Path, dialect: Dialect) -> IO[Any]:
    """Open for bytes what is UTF-8 with usual line ends, for text anything else."""
    skip = UTF8.get(dialect.encoding)
    if skip is not None:
        file = path.open("rb")
        head = file.read(BLOCK)
        if b"\r" not in head.replace(b"\r\n", b"").removesuffix(b"\r"):
            file.seek(skip)
            return file
        file.close()
    return path.open(encoding=dialect.encoding, errors=ERRORS, newline="")


def _ends(line: Any) -> bool:
    return line[-1:] in ("\n", "\r") if isinstance(line, str) else line[-1:] == b"\n"
