"""How much memory the parts of a workbook would take, found without building them.

The library that reads workbooks holds a sheet as a full rectangle, and a text that
cells share once for every cell. A few bytes can so stand for gigabytes: two cells in
opposite corners, or one long text in each of a million cells. A quick look at the raw
bytes gives an upper bound. What is above the limit is then measured exactly, since
formatted blank rows look large and take nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

LONGEST_TAG = 1 << 20  # bytes; no program writes one as long

# How programs write an address, and every way in which it could be written. The second
# takes ten times as long, so it is used only where the first does not see everything.
_USUAL_ADDRESS = re.compile(rb''' r="([A-Z]*)([0-9]+)"''')
_ADDRESS = re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]*)([0-9]+)""")
_TEXT_END = re.compile(rb"</(?:[\w.-]+:)?si\s*>")
_NO_MATTER = b" \t\r\n\"'"  # what may stand around names and values in a tag


@dataclass
class Bound:
    """Upper bounds for one part of a workbook, whatever the part is."""

    rows: int = 0
    columns: int = 1
    values: int = 0  # cells that may show a shared text
    longest_text: int = 0  # bytes

    @property
    def cells(self) -> int:
        """No sheet of these rows and columns has more."""
        return self.rows * self.columns


def bound(pieces: Iterable[bytes]) -> Bound:
    """Look at a part piece by piece, and return what it may take at most.

    Raises ValueError for what no program writes.
    """
    found = Bound()
    length = text_end = 0
    plain = True
    for tags in _whole_tags(pieces):
        squeezed = tags.translate(None, _NO_MATTER)
        rows, columns = _farthest(tags, squeezed)
        found.rows = max(found.rows, rows)
        found.columns = max(found.columns, columns)
        found.values += squeezed.count(b"v>") - tags.count(b"<v>")
        for end in _text_ends(tags, squeezed):
            found.longest_text = max(found.longest_text, length + end - text_end)
            text_end = length + end
        plain = plain and b"<!" not in tags
        length += len(tags)
    if text_end and not plain:
        found.longest_text = length  # an end tag in a comment ends no text
    return found


def _farthest(tags: bytes, squeezed: bytes) -> tuple[int, int]:
    """Return the last row and column that the tags name."""
    addresses = _USUAL_ADDRESS.findall(tags)
    if squeezed.count(b"r=") != len(addresses):
        addresses = _ADDRESS.findall(tags)
    rows = {digits for _, digits in addresses}
    columns = {letters for letters, _ in addresses}
    return max(map(_row_number, rows), default=0), max(
        map(column_number, columns), default=1
    )


def _text_ends(tags: bytes, squeezed: bytes) -> Iterator[int]:
    """Yield where shared texts end."""
    if b"si>" in squeezed:
        for match in _TEXT_END.finditer(tags):
            yield match.end()


def column_number(letters: bytes) -> int:
    """Return the number of a column: A is 1, XFD is 16,384; 1 when it has no name.

    Raises ValueError for one that no sheet has.
    """
    if len(letters) > 3:
        raise ValueError("no sheet has so many columns")
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return max(number, 1)


@dataclass
class Measure:
    """Parses one part as XML; only cells with a value count.

    `shared` are the lengths of the workbook's shared texts; a part that defines such
    texts leaves their lengths in `texts`.
    """

    shared: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    shown: int = 0  # characters of shared texts in cells
    _row: int = 0
    _column: int = 0
    _kind: str = ""
    _heard: list[str] | None = None  # text since the tag whose text matters

    @property
    def cells(self) -> int:
        """Cells of the rectangle in use, empty ones too."""
        return self.rows * self.columns

    def feed(self, pieces: Iterable[bytes]) -> Measure:
        """Take a whole part; raises ExpatError or ValueError for what is no sheet."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003  expat takes no keywords
        parser.Parse(b"", True)  # noqa: FBT003
        return self

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            self._place(attributes.get("r", ""))
            self._kind = attributes.get("t", "")
        elif name in ("v", "is", "f"):
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)
        if name in ("v", "si"):
            self._heard = []

    def _place(self, address: str) -> None:
        letters = address.rstrip("0123456789")
        self._row = int(address[len(letters) :] or self._row)
        self._column = column_number(letters.encode()) if letters else self._column + 1

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._heard is None or name not in ("v", "si"):
            return
        text = "".join(self._heard)
        self._heard = None
        if name == "si":
            self.texts.append(len(text))
        elif self._kind == "s" and text.strip().isdecimal():
            index = int(text)
            self.shown += self.shared[index] if index < len(self.shared) else 0

    def _text(self, text: str) -> None:
        if self._heard is not None:
            self._heard.append(text)


def _whole_tags(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut pieces anew behind a `>`, so that no tag is in two of them."""
    rest = b""
    for piece in pieces:
        rest += piece
        end = rest.rfind(b">") + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > LONGEST_TAG:
            rest = rest[-LONGEST_TAG:]  # a picture: what matters has a `>` sooner
    yield rest


def _row_number(digits: bytes) -> int:
    if len(digits) > 12:
        raise ValueError("no sheet has so many rows")
    return int(digits)


def _refuse(*_: Any) -> None:
    raise ValueError("a workbook declares no document type")
