"""Finds out how a text file separates its cells."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from tasks_app.operations.tables.encoding import ERRORS, Encoding, find_encoding
from tasks_app.operations.tables.layout import (
    DEEPEST_HEADER,
    looks_like_header,
    usual_width,
)

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 17  # characters that a decision looks at
LEAST_SHARE = 0.2  # of the rows; a bank may write more above a table than in it
LONGEST_CELL = 1 << 20  # characters; an opening quote that never closes ends there


@dataclass(frozen=True)
class Dialect:
    """How to read a text file; `hint` says that its first line only names it."""

    encoding: str
    delimiter: str
    guessed: bool = False
    hint: bool = False


def find_dialect(path: Path) -> Dialect:
    """Return how the file at `path` is written.

    Raises OSError when it cannot be read.
    """
    encoding = find_encoding(path)
    sample = _sample(path, encoding)
    hinted = _hinted_delimiter(sample)
    default = "\t" if path.suffix.lower() == ".tsv" else ","
    return Dialect(
        encoding=encoding.name,
        delimiter=hinted or find_delimiter(sample, default=default),
        guessed=encoding.guessed,
        hint=hinted is not None,
    )


def find_delimiter(sample: str, *, default: str = ",") -> str:
    """Return the delimiter that cuts most lines into equally many cells.

    One that leaves no header in sight does not count, so that signs in sentences do not
    win over a file of one column, for which `default` is the answer.
    """
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[default] >= scores[best]:
        return default
    return best if scores[best][0] > LEAST_SHARE else default


def rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows of a short text; what cannot be read is left out."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = []
    while True:
        try:
            found.append(next(reader))
        except StopIteration:
            return found
        except csv.Error:
            continue


def _score(sample: str, delimiter: str) -> tuple[float, int]:
    """Return the share of rows with the usual number of cells, and that number."""
    found = [row for row in rows(sample, delimiter) if row]
    usual = usual_width(found)
    if not usual:
        return 0.0, 0
    first = next(index for index, row in enumerate(found) if len(row) == usual)
    if first and not (first < DEEPEST_HEADER and looks_like_header(found[first])):
        return 0.0, 0
    return sum(1 for row in found if len(row) == usual) / len(found), usual


def _sample(path: Path, encoding: Encoding) -> str:
    """Return the beginning of the file without the line it is cut in."""
    with path.open(encoding=encoding.name, errors=ERRORS, newline="") as file:
        text = file.read(SAMPLE)
    return text if len(text) < SAMPLE else text[: text.rfind("\n") + 1] or text


def _hinted_delimiter(sample: str) -> str | None:
    """Return the delimiter that a first line such as `sep=;` names for Excel."""
    first = sample.split("\n", 1)[0].strip('"\r')
    if len(first) == 5 and first[:4].lower() == "sep=":
        return first[4]
    return None
