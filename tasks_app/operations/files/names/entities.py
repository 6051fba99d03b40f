"""Entity resolution: variants of one name become one entity, with the evidence.

Names are one when they differ only in signs, capitals, accents or the spelling of
their legal form, and when they differ by a typing mistake. Different legal forms or
numbers are different entities: `Acme Ltd` is not `Acme Inc`, nor shop 12 shop 13.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from rapidfuzz import fuzz

from tasks_app.operations.files.normal import normal

WORDS: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
MOST_NAMES: Final = 50_000  # different ones in a column; more are no list of names
NEIGHBOURS: Final = 12  # names after it, in order, that a name is compared with
LEAST_ALIKE: Final = 92.0  # percent of the letters, where a mistake is likely
LONG_WORD: Final = 5  # letters in which a mistake may be
SHORTEST: Final = 7  # letters; shorter names differ too easily
_SPELLINGS: Final = sorted(
    ((way, ways[0]) for ways in WORDS["forms"] for way in ways),
    key=lambda pair: -len(pair[0]),
)
_FORM: Final = re.compile(
    " (" + "|".join(re.escape(way) for way, _ in _SPELLINGS) + ")$"
)
_KNOWN: Final = dict(_SPELLINGS)


class Name(NamedTuple):
    """A name without its signs, and its legal form."""

    core: str
    form: str


@dataclass(frozen=True)
class Variant:
    """A spelling, how many rows have it, and why it is the entity's."""

    name: str
    rows: int
    reason: str


def is_of_names(column: str) -> bool:
    """Whether the cells of a column name somebody, by the column's name."""
    words = set(normal(column).split())
    return bool(words & set(WORDS["columns"])) and not words & set(WORDS["not"])


def parsed(text: str) -> Name:
    """Return a name as it is compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    letters = letters.replace("&", " and ").replace("'", "").replace("\u2019", "")
    core = " ".join(re.sub(r"[^\w]|_", " ", letters).split())
    core = core.removeprefix("the ")
    match = _FORM.search(core)
    if match is None:
        return Name(core, "")
    return Name(core[: match.start()], _KNOWN[match.group(1)])


def resolve(names: Counter[str]) -> dict[str, list[Variant]]:
    """Return the entities that have several spellings, the most usual one first."""
    known = {text: parsed(text) for text in names if text.strip()}
    known = {text: name for text, name in known.items() if name.core}
    groups = _Groups(names)
    for one, other in _same(known):
        groups.join(one, other, "the same but for signs, capitals or legal form")
    for one, other, alike in _alike(known):
        groups.join(one, other, f"{alike:.0f}% of its letters are the same")
    return groups.found()


def _same(known: dict[str, Name]) -> Iterator[tuple[str, str]]:
    """Yield names of one core, if no more than one legal form is among them."""
    by_core: dict[str, list[str]] = defaultdict(list)
    for text, name in known.items():
        by_core[name.core].append(text)
    for texts in by_core.values():
        forms = {known[text].form for text in texts} - {""}
        first: dict[str, str] = {}
        for text in texts:
            form = known[text].form
            mine = next(iter(forms)) if not form and len(forms) == 1 else form
            if mine in first:
                yield first[mine], text
            first.setdefault(mine, text)


def _alike(known: dict[str, Name]) -> Iterator[tuple[str, str, float]]:
    """Yield names that are close in one of two orders, and differ by a mistake."""
    for key in (str, _without_first):
        order = sorted(known, key=lambda text: (key(known[text].core), text))
        for place, text in enumerate(order):
            for other in order[place + 1 : place + 1 + NEIGHBOURS]:
                alike = _likeness(known[text], known[other])
                if alike:
                    yield text, other, alike


def _without_first(core: str) -> str:
    """Begin elsewhere: a mistake in the first letters leaves the rest in order."""
    return core[3:] + core[:3]


def _likeness(one: Name, other: Name) -> float:
    if one.core == other.core or min(len(one.core), len(other.core)) < SHORTEST:
        return 0.0
    if one.form != other.form or _digits(one.core) != _digits(other.core):
        return 0.0
    if not _is_mistake(one.core.split(), other.core.split()):
        return 0.0
    return fuzz.ratio(one.core, other.core, score_cutoff=LEAST_ALIKE)


def _is_mistake(words: list[str], others: list[str]) -> bool:
    """Whether only long words differ: three letters are a name, not a mistake."""
    if len(words) != len(others):
        return False
    pairs = [(one, two) for one, two in zip(words, others, strict=True) if one != two]
    return all(min(len(one), len(two)) >= LONG_WORD for one, two in pairs)


def _digits(core: str) -> list[str]:
    return re.findall("[0-9]+", core)


class _Groups:
    """Names that are one, however many steps lie between them."""

    def __init__(self, rows: Counter[str]) -> None:
        self._rows = rows
        self._head: dict[str, str] = {}
        self._reason: dict[str, str] = {}

    def join(self, one: str, other: str, reason: str) -> None:
        first, second = self._find(one), self._find(other)
        for text in (one, other):
            self._reason.setdefault(text, reason)
        if first != second:
            self._head[second] = first

    def found(self) -> dict[str, list[Variant]]:
        members: dict[str, list[str]] = defaultdict(list)
        for text in self._reason:
            members[self._find(text)].append(text)
        return dict(self._named(texts) for texts in members.values())

    def _named(self, texts: Iterable[str]) -> tuple[str, list[Variant]]:
        ordered = sorted(texts, key=lambda text: (-self._rows[text], text))
        variants: list[Any] = [
            Variant(text, self._rows[text], self._reason[text]) for text in ordered
        ]
        return ordered[0], variants

    def _find(self, text: str) -> str:
        while self._head.get(text, text) != text:
            text = self._head[text]
        return text
