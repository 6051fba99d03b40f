"""What a file is, by its first bytes: its name says only what somebody calls it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

HEAD: Final = 1 << 16  # bytes that are looked at

ZIP: Final = b"PK\x03\x04"
OFFICE: Final = b"\xd0\xcf\x11\xe0"

KINDS: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (ZIP, "an Excel workbook or another ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (OFFICE, "an old or password-protected Office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x00asm", "a program"),
    (b"#!", "a script"),
)
# How a file with this ending has to begin.
BEGINNINGS: Final[Mapping[str, tuple[bytes, ...]]] = {
    ".docx": (ZIP,),
    ".gif": (b"GIF8",),
    ".gz": (b"\x1f\x8b",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".jpg": (b"\xff\xd8\xff",),
    ".parquet": (b"PAR1",),
    ".pdf": (b"%PDF",),
    ".png": (b"\x89PNG",),
    ".pptx": (ZIP,),
    ".xls": (OFFICE,),
    ".xlsx": (ZIP,),
    ".zip": (ZIP,),
}
TEXTS: Final = frozenset({".csv", ".json", ".jsonl", ".tsv", ".txt", ".xml"})
PAGES: Final = (
    *("<!doctype", "<html", "<head", "<body", "<title", "<table"),
    *("<script", "<style", "<iframe", "<svg"),
)


def kind_of(head: bytes) -> str:
    """Return in words what begins like this, empty for a text or the unknown."""
    kind = next((words for magic, words in KINDS if head.startswith(magic)), "")
    is_text = head.startswith(b"MZ") and b"\0" not in head  # “MZN;…” is a currency
    return "" if is_text else kind


def is_page(text: str) -> bool:
    """Whether a browser would take the text for a page, and run what is in it."""
    begin = text.lstrip("\ufeff \t\r\n").lower()
    while begin.startswith(("<!--", "<?")):
        end = "-->" if begin.startswith("<!--") else ">"
        begin = begin.partition(end)[2].lstrip()
    return begin.startswith(PAGES)


def contradiction(name: str, head: bytes) -> str:
    """Return how the first bytes of a file belie its name, empty when they do not.

    For every operation, whatever it looks at itself.
    """
    suffix = PurePosixPath(name).suffix.lower()
    kind = kind_of(head)
    wanted = BEGINNINGS.get(suffix)
    if wanted is not None and not head.startswith(wanted):
        return f"the file is {kind}" if kind else f"the file is no {suffix} file"
    if suffix not in TEXTS:
        return ""
    if kind:
        return f"the file is {kind}"
    if suffix != ".xml" and is_page(head.decode("latin-1")):
        return "the file is a web page"
    return ""
