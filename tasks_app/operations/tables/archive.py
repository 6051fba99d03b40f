"""Looks into a workbook before anything opens it: is it one, and is it a bomb?

An XLSX is a ZIP of XML files. What its directory claims is added up first; then the
parts are unpacked in small pieces, which are looked at and thrown away, and never
beyond what was claimed. So a check costs at most `MOST_BYTES` of unpacking and hardly
any memory, whatever the file says about itself. Archives inside it stay packed.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from tasks_app.operations.tables.extent import Bound, Measure, bound

MOST_BYTES = 300_000_000  # of all parts, unpacked
MOST_PARTS = 10_000
MOST_CELLS = 5_000_000  # of one sheet, from its first to its last row and column
MOST_TEXT = 500_000_000  # characters of shared texts, as often as a sheet shows them
MOST_EXACT = 100_000_000  # bytes of a part that are parsed to measure it exactly
STEEP_RATIO = 200  # unpacked to packed; a sheet of the same row over and over has 100
STEEP_BYTES = 20_000_000  # below this no ratio does harm
PIECE = 1 << 16  # bytes read from disk or unpacked at a time

BROKEN = (
    "The workbook is damaged. Open it in a spreadsheet program, save it again as .xlsx"
    " and upload that."
)
BOMB = (
    "The workbook unpacks to far more data than a file of its size should, so it is"
    " not opened. Save only the sheets that matter, as .xlsx or as .csv."
)
TOO_LARGE = (
    f"A sheet of the workbook spans more than {MOST_CELLS:,} cells or repeats too much"
    " text. Remove stray cells far from the table, or save the sheet as .csv."
)
NO_WORKBOOK = (
    "The file is a ZIP archive but no Excel workbook. Save the table as .xlsx or .csv"
    " and upload that."
)
OTHER_WORKBOOK = (
    "The workbook is not in the .xlsx format, whatever its name says. Open it in a"
    " spreadsheet program and save it as .xlsx."
)

# Excel's binary format, one with macros, and OpenDocument.
OTHERS = {"xl/workbook.bin", "xl/vbaProject.bin", "mimetype"}

_INNER_ARCHIVE = (".zip", ".7z", ".rar", ".gz", ".jar", ".xlsx", ".xlsm", ".xlsb")


class UnfitArchiveError(Exception):
    """The text is a sentence for the person who sent the file."""


def check_archive(path: Path) -> None:
    """Raise UnfitArchiveError unless `path` is an XLSX that is safe to open."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            if archive.comment:  # one parser's end of the directory, not another's
                raise UnfitArchiveError(BROKEN)
            _check_directory(parts)
            bounds = [(part, bound(_unpacked(part, file))) for part in parts]
            _check_bounds(bounds, file)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        NotImplementedError,  # a ZIP of several disks
        ValueError,
    ) as error:
        raise UnfitArchiveError(BROKEN) from error


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    steep = unpacked > STEEP_BYTES and unpacked > packed * STEEP_RATIO
    if len(parts) > MOST_PARTS or unpacked > MOST_BYTES or steep:
        raise UnfitArchiveError(BOMB)
    if OTHERS & names:
        raise UnfitArchiveError(OTHER_WORKBOOK)
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise UnfitArchiveError(NO_WORKBOOK)
    if len(names) < len(parts) or any(map(_is_unusual, parts)):
        raise UnfitArchiveError(BROKEN)


def _is_unusual(part: zipfile.ZipInfo) -> bool:
    """Tell what no Excel writes: secrets, odd places and packing, other archives."""
    return (
        bool(part.flag_bits & 0x1)
        or part.header_offset < 0
        or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        or (
            part.filename.lower().endswith(_INNER_ARCHIVE)
            and not part.filename.startswith("xl/embeddings/")
        )
    )


def _check_bounds(bounds: list[tuple[zipfile.ZipInfo, Bound]], file: IO[bytes]) -> None:
    """Measure exactly the parts that may be too large, and refuse if they are."""
    longest = max(found.longest_text for _, found in bounds)
    large = [
        part
        for part, found in bounds
        if found.cells > MOST_CELLS or found.values * longest > MOST_TEXT
    ]
    if not large:
        return
    texts = [part for part, found in bounds if found.longest_text]
    if any(part.file_size > MOST_EXACT for part in (*large, *texts)):
        raise UnfitArchiveError(TOO_LARGE)
    shared: list[int] = []
    for part in texts:
        shared += Measure().feed(_unpacked(part, file)).texts
    for part in large:
        exact = Measure(shared=shared).feed(_unpacked(part, file))
        if exact.cells > MOST_CELLS or exact.shown > MOST_TEXT:
            raise UnfitArchiveError(TOO_LARGE)


def _unpacked(part: zipfile.ZipInfo, file: IO[bytes]) -> Iterator[bytes]:
    """Yield what a part holds, in pieces; raises UnfitArchiveError if its size lies.

    Not by `zipfile`, which stops at the claimed length: whoever opens the workbook
    later goes on to the end of the packed data.
    """
    length = 0
    for piece in _inflated(part, _packed(part, file)):
        length += len(piece)
        if length > part.file_size:
            raise UnfitArchiveError(BOMB)
        yield piece
    if length != part.file_size:
        raise UnfitArchiveError(BROKEN)


def _packed(part: zipfile.ZipInfo, file: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a part as they stand in the file (APPNOTE.TXT, 4.3.7)."""
    file.seek(part.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04":
        raise UnfitArchiveError(BROKEN)
    name, extra = header[26:28], header[28:30]
    file.seek(int.from_bytes(name, "little") + int.from_bytes(extra, "little"), 1)
    left = part.compress_size
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise UnfitArchiveError(BROKEN)
        left -= len(piece)
        yield piece


def _inflated(part: zipfile.ZipInfo, packed: Iterator[bytes]) -> Iterator[bytes]:
    if part.compress_type == zipfile.ZIP_STORED:
        yield from packed
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in packed:
        yield inflate.decompress(piece, PIECE)
        while inflate.unconsumed_tail:
            yield inflate.decompress(inflate.unconsumed_tail, PIECE)
    yield inflate.flush()
    if not inflate.eof:
        raise UnfitArchiveError(BROKEN)
