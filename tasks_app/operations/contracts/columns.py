"""What a contract consists of, and by which names its columns are found in a file.

A column is known by its name, wherever it stands and however it is spelled: capitals,
accents, blanks and punctuation do not matter, and usual other names are known.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tasks_app.errors import OperationError


@dataclass(frozen=True)
class Column:
    """A column of the dataset; `others` are names that mean the same."""

    name: str
    kind: str = "text"  # text, date or amount
    needed: bool = False  # a file without it is refused
    filled: bool = False  # a row without it is refused
    others: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The name as people write it."""
        return self.name.replace("_", " ")


# In the usual order of a file.
COLUMNS: Final = (
    Column(
        "contract_number",
        needed=True,
        filled=True,
        others=(
            *("contract no", "contract nr", "contract id", "contract ref"),
            *("contract reference", "number", "reference", "contract"),
        ),
    ),
    Column(
        "procurement_unique_id",
        others=("procurement id", "procurement number", "tender number", "tender id"),
    ),
    Column(
        "title",
        needed=True,
        filled=True,
        others=("contract title", "contract name", "description", "subject", "name"),
    ),
    Column(
        "directorate",
        others=(
            *("department", "agency", "division", "buyer", "portfolio"),
            *("organisation", "organization"),
        ),
    ),
    Column("contract_type", others=("type", "kind", "category")),
    Column("slj_initiative", others=("secure local jobs",)),
    Column("status", others=("contract status",)),
    Column(
        "execution_date",
        kind="date",
        needed=True,
        filled=True,
        others=(
            *("start date", "contract start", "start", "contract date", "signed on"),
            *("signed", "award date", "effective date", "date"),
        ),
    ),
    Column(
        "expiry_date",
        kind="date",
        others=("expiry", "expires", "end date", "contract end", "end", "finish date"),
    ),
    Column(
        "amount",
        kind="amount",
        needed=True,
        others=(
            *("contract amount", "contract value", "value", "total value", "total"),
            *("price", "sum"),
        ),
    ),
    Column(
        "contractor",
        needed=True,
        filled=True,
        others=(
            *("contractors", "contractor name", "suppliers", "supplier"),
            *("supplier name", "vendor", "vendors", "vendor name", "company"),
        ),
    ),
    Column("details_url", others=("details", "url", "link")),
    Column("has_attachments", others=("attachments",)),
)
NAMES: Final = tuple(column.name for column in COLUMNS)
BY_NAME: Final = {column.name: column for column in COLUMNS}
MOST_NAMED: Final = 20  # columns of a file that a sentence names
LONGEST_NAME: Final = 60  # characters


@dataclass(frozen=True)
class Match:
    """Where the columns stand in a file: position and the name they have there."""

    positions: dict[str, int]
    spelled: dict[str, str]
    missing: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return what the result of an import tells of the columns."""
        return {
            "found": self.spelled,
            "moved": self.moved,
            "missing": self.missing,
            "ignored": self.ignored,
        }


def match(header: Sequence[str]) -> Match:
    """Return where the columns stand; raises OperationError when a needed one lacks."""
    known = {_plain(name): index for index, name in reversed(list(enumerate(header)))}
    positions: dict[str, int] = {}
    for column in COLUMNS:
        names = map(_plain, (column.name, *column.others))
        found = (known[name] for name in names if name in known)
        index = next((i for i in found if i not in positions.values()), None)
        if index is not None:
            positions[column.name] = index
    lacking = [c for c in COLUMNS if c.needed and c.name not in positions]
    rest = [name for i, name in enumerate(header) if i not in positions.values()]
    if lacking:
        raise OperationError(_lacking(lacking, header, rest), code="columns_missing")
    in_file = sorted(positions, key=positions.__getitem__)
    return Match(
        positions=positions,
        spelled={name: header[positions[name]] for name in positions},
        missing=[name for name in NAMES if name not in positions],
        ignored=[_short(name) for name in rest][:MOST_NAMED],
        moved=[a for a, b in zip(positions, in_file, strict=True) if a != b],
    )


def _lacking(lacking: list[Column], header: Sequence[str], rest: list[str]) -> str:
    names = _listed([column.words for column in lacking])
    plural = "columns" if len(lacking) > 1 else "column"
    text = f"The file lacks the {plural} {names}. It has {_listed(header)}."
    plain = {_plain(name): name for name in rest}
    for column in lacking:
        like = difflib.get_close_matches(_plain(column.name), plain, n=1, cutoff=0.75)
        if like:
            text += f" Perhaps “{_short(plain[like[0]])}” is the {column.words}."
    also = ", ".join(f"“{name}”" for name in lacking[0].others[:3])
    return (
        f"{text} Give the columns these names in the first row and send the file again;"
        f" {lacking[0].words} may also be called {also}."
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{_short(name)}”" for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in apart if sign.isalnum())
