"""Finds out how the bytes of a text file stand for characters.

What a byte order mark or valid UTF-8 says is certain. Everything else is a guess from
the lines that hold more than ASCII, and is reported as one.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

UNREADABLE = "\udcff"  # stands where bytes made no character; no text can hold it
WIDE = ("cp932", "euc_kr", "big5", "gb18030")  # a sign is one byte or two
ERRORS = "sightline.unreadable"  # name of the decoding error handler
BLOCK = 1 << 20  # bytes read at a time
SAMPLE = 1 << 16  # bytes of telling lines that a guess looks at

WITHIN_WORDS = "\u2018\u2019\u00b7"  # quotation marks as apostrophes, middle dot

# Longer marks first: that of UTF-32-LE begins with that of UTF-16-LE.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The likeliest first: where two read a text equally well, the first is right.
GUESSES = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp932",
    "euc_kr",
    "big5",
    "gb18030",
    "cp850",
    "mac_roman",
)


@dataclass(frozen=True)
class Encoding:
    """Name as Python knows it, and whether it is only a guess."""

    name: str
    guessed: bool = False


def mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    """Put `UNREADABLE` where bytes make no character, and go on after them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNREADABLE, error.end


codecs.register_error(ERRORS, mark_unreadable)


def find_encoding(path: Path) -> Encoding:
    """Return the encoding of the whole file, read in blocks."""
    with path.open("rb") as file:
        marked = by_first_bytes(file.read(1024))
        if marked is not None:
            return Encoding(marked)
        file.seek(0)
        lines = _weigh(file)
    if lines.utf8 >= lines.other:
        return Encoding("utf-8")
    return Encoding(guess(bytes(lines.sample)), guessed=True)


def by_first_bytes(head: bytes) -> str | None:
    """Return what a byte order mark says, or UTF-16 that has none.

    Text in UTF-16 without a mark shows as a NUL beside every character of ASCII.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2], head[1::2]
    if len(odd) > 1 and even.count(0) == 0 and odd.count(0) > len(odd) * 0.7:
        return "utf-16-le"
    if len(odd) > 1 and odd.count(0) == 0 and even.count(0) > len(even) * 0.7:
        return "utf-16-be"
    return None


def guess(sample: bytes) -> str:
    """Return the likeliest encoding of `sample`, a text that is not UTF-8.

    The library scores every reading; close to the best score the commoner encoding
    wins, unless its reading puts signs and capitals inside words.
    """
    found = from_bytes(sample, cp_isolation=list(GUESSES), threshold=0.5)
    readings = {
        name: (match.chaos, match.coherence)
        for match in reversed(list(found))
        for name in match.could_be_from_charset
    }
    if not readings:
        return "cp1252"
    best_chaos = min(chaos for chaos, _ in readings.values())
    best_coherence = max(coherence for _, coherence in readings.values())
    near = [
        name
        for name in GUESSES
        if name in readings
        and readings[name][0] <= best_chaos + (0.05 if name in WIDE else 0.15)
        and readings[name][1] >= best_coherence - 0.2
    ]
    return min(near or readings, key=lambda name: _odd_signs(sample, name))


@dataclass
class _Lines:
    """Lines beyond ASCII that are UTF-8, those that are not, and some of the latter."""

    utf8: int = 0
    other: int = 0
    sample: bytearray = field(default_factory=bytearray)


def _weigh(file: IO[bytes]) -> _Lines:
    lines = _Lines()
    for block in _blocks(file):
        if block.isascii():
            continue
        for line in block.split(b"\n"):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                lines.other += 1
                if len(lines.sample) < SAMPLE:
                    lines.sample += line[:SAMPLE] + b"\n"
            else:
                lines.utf8 += 1
    return lines


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield blocks that end with a line, so that no character is cut in two."""
    while block := file.read(BLOCK):
        yield block + file.readline(BLOCK)


def _odd_signs(sample: bytes, name: str) -> int:
    """Count what no word has: `Gr”áe`, `MŸller`, bytes without a character."""
    text = sample.decode(name, ERRORS)
    odd = text.count(UNREADABLE) * 2
    for before, sign, after in zip(text, text[1:], text[2:], strict=False):
        if sign.isascii() or not (before.isalpha() and after.isalpha()):
            continue
        inside_a_word = not sign.isalpha() and sign not in WITHIN_WORDS
        odd += inside_a_word or (before.islower() and sign.isupper())
    return odd
