"""An object as a block: its numbers, its other facts, its tables, and inner blocks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from .names import label
from .said import Links, Said, Teller, is_empty, is_number, is_plain, words_of
from .siblings import alike, compared
from .tables import Facts, Table, inner_list, is_table, listed, unfolded
from .units import has_unit

DEEPEST: Final = 4  # blocks in blocks; what is deeper is shown as JSON
MOST_FACTS: Final = 200  # of an object
MOST_BLOCKS: Final = 20  # of a list
FEW: Final = 3  # numbers that a folded block tells
MANY: Final = 12  # facts that are folded away, unless they are all there is


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value; `raw` is what the field is called in truth."""

    name: str
    said: Said
    raw: str


@dataclass(slots=True)
class Block:
    """What is shown of an object."""

    name: str = ""
    raw: str = ""
    level: int = 0
    figures: list[Fact] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    inner: list[Block] = field(default_factory=list)
    more: int = 0  # facts or inner blocks that are not shown
    json: str = ""
    is_one_of_many: bool = False

    @property
    def is_empty(self) -> bool:
        own = (self.figures, self.facts, self.tables, self.inner, self.json)
        return not any(own)

    @property
    def is_folded(self) -> bool:
        """Whether it opens only when it is asked to."""
        is_long = max(len(self.facts), len(self.figures)) > MANY
        return bool(self.name) and (self.is_one_of_many or is_long or bool(self.json))

    @property
    def hint(self) -> str:
        """What is said of it while it is folded."""
        if self.is_one_of_many:
            few = self.figures[:FEW]
            return ", ".join(f"{each.name.lower()} {each.said.text}" for each in few)
        number = len(self.facts) + len(self.figures) + self.more
        return f"{number:,} entries" if number else ""


def result(value: Any, schema: dict[str, Any], links: Links) -> Block | None:
    """Return what is shown of a result; None if there is nothing.

    The schema is that of the parameters: what was chosen there is told in words here.
    """
    if is_empty(value):
        return None
    if not isinstance(value, dict):
        value = {"" if isinstance(value, list) else "value": value}
    found = _Builder(Teller(links, words_of(schema)), Teller(links)).block(value)
    return None if found.is_empty else found


def parameters(value: Any, schema: dict[str, Any], links: Links) -> Block | None:
    """Return what is shown of parameters, in the words and the order of the schema."""
    teller = Teller(links)
    found = _Builder(teller, teller).block(value or {}, about=schema)
    return None if found.is_empty else found


@dataclass(frozen=True, slots=True)
class _Builder:
    teller: Teller
    cells: Teller  # of tables, which show the data of people as they are

    def block(
        self, value: Facts, *, name: str = "", level: int = 0, about: Any = None
    ) -> Block:
        made = Block(name=_title(name, about), raw=name, level=level)
        known = _properties(about)
        order = _order(value, known)
        made.more = max(0, len(order) - MOST_FACTS)
        items = {key: value[key] for key in order[:MOST_FACTS]}
        plain = {key: item for key, item in items.items() if is_plain(item)}
        self._tell(made, plain, known)
        rest = {key: item for key, item in items.items() if key not in plain}
        if not known and (group := alike(rest)):
            made.tables.append(compared(group, self.cells))
            rest = {key: item for key, item in rest.items() if key not in group}
        for key, item in rest.items():
            self._add(made, key, item, known.get(key), above=value)
        made.inner.sort(key=lambda each: (bool(each.tables), not each.figures))
        return _joined(made)

    def _tell(self, made: Block, plain: Facts, known: Facts) -> None:
        for key, item in plain.items():
            title = _title(key, known.get(key))
            fact = Fact(title, self.teller.say(key, item, known.get(key)), key)
            is_count = is_number(item) and not known
            (made.figures if is_count else made.facts).append(fact)
        if not known:  # how many comes before how large, and yes before no
            made.figures.sort(key=lambda fact: has_unit(fact.raw))
            made.facts.sort(key=lambda fact: plain[fact.raw] is False)

    def _add(
        self, made: Block, key: str, item: Any, about: Any, *, above: Facts
    ) -> None:
        """Put in what does not fit on a line, as what its shape makes of it."""
        name, level = _title(key, about), made.level + 1
        if level > DEEPEST:
            made.inner.append(Block(name=name, raw=key, level=level, json=text(item)))
        elif isinstance(item, dict):
            made.inner.append(self.block(item, name=key, level=level, about=about))
        elif is_table(item) and not (len(item) == 1 and level > 1):
            made.tables.append(listed(key, item, self.cells))
        elif len(item) > 1 and (deep := inner_list(item)):
            made.tables.append(unfolded(key, item, deep, self.cells))
        elif all(isinstance(each, dict) for each in item):
            made.inner.append(self._several(key, item, level, above=above))
        else:
            made.inner.append(Block(name=name, raw=key, level=level, json=text(item)))
        made.inner = [each for each in made.inner if not each.is_empty]

    def _several(
        self, name: str, items: list[Facts], level: int, *, above: Facts
    ) -> Block:
        """Return a block for each; a single one says only what is not said above."""
        if len(items) == 1:
            new = {k: v for k, v in items[0].items() if above.get(k) != v}
            return self.block(new, name=name, level=level)
        made = Block(name=label(name), raw=name, level=level)
        for number, item in enumerate(items[:MOST_BLOCKS], start=1):
            each = self.block(item, level=level + 1)
            each.name, each.is_one_of_many = _called(item) or str(number), True
            made.inner.append(each)
        made.more = len(items) - len(made.inner)
        return made


def _properties(about: Any) -> Facts:
    found = about.get("properties") if isinstance(about, dict) else None
    return found if isinstance(found, dict) else {}


def _order(value: Facts, known: Facts) -> list[str]:
    """Return the names of what says something, in the order of the schema."""
    said = [key for key in value if not is_empty(value[key])]
    places = {key: place for place, key in enumerate(known)}
    return sorted(said, key=lambda key: places.get(key, len(places)))


def _title(name: str, about: Any) -> str:
    title = about.get("title") if isinstance(about, dict) else None
    return title if isinstance(title, str) and title else label(name)


def _called(item: Facts) -> str:
    """Return the name of one of many, where it has one."""
    names = (item.get(key) for key in ("name", "title"))
    return next((each for each in names if isinstance(each, str) and each), "")


def _joined(made: Block) -> Block:
    """Return the only thing in a block under both names, in the block's place."""
    if not made.name or made.figures or made.facts or made.tables or made.json:
        return made
    if len(made.inner) != 1 or made.inner[0].is_one_of_many:
        return made
    [only] = made.inner
    only.name, only.raw = f"{made.name}: {only.name}", f"{made.raw}.{only.raw}"
    only.level = made.level
    return only


def text(value: Any) -> str:
    """Return `value` as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)
