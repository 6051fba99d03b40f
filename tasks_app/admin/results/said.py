"""One value in words, with what leads further and what it is in truth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from tasks_app.admin.kinds import choices

from .names import worded
from .units import moment, money, quantity

MOST_ITEMS: Final = 8  # of a list on a line; more are folded away
LONG: Final = 300  # characters; more are folded away
FIRST: Final = 80  # characters of a long text that are always seen
LISTED: Final = 200  # of a list that is opened
SEEN: Final = 3  # items of a list that is folded
SPELLED: Final = {"\t": "tab", " ": "space", "\n": "end of line"}


@dataclass(frozen=True, slots=True)
class Link:
    """Where a value leads, and what it is called there."""

    href: str
    text: str


Links = dict[str, Link]


@dataclass(frozen=True, slots=True)
class Said:
    """What is shown of a value; `raw` is what it is in truth, where that differs."""

    text: str
    raw: str = ""
    href: str = ""
    at: str = ""  # of a time, as machines write it
    whole: str = ""  # of a long text
    items: tuple[Said, ...] = ()  # of a long list
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """Says values; knows what leads somewhere, and what is one of a few choices."""

    links: Links = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def say(self, name: str, value: Any, about: Any = None) -> Said:
        """Return a plain value in words; `about` is its JSON Schema, if it has one."""
        about = about if isinstance(about, dict) else {}
        if isinstance(value, list):
            return self._several(name, value, about.get("items"))
        if any(value is each or value == each for each in choices(about)):
            text = worded(value)
            return Said(text, raw="" if text == str(value) else str(value))
        if isinstance(value, bool):
            return Said("yes" if value else "no")
        if isinstance(value, int | float):
            return Said(quantity(name, value), is_number=True)
        return self._text("" if value is None else str(value))

    def _several(self, name: str, values: list[Any], about: Any) -> Said:
        """Return them in a line, the first of them if they are many.

        Texts in lists are as they are: samples of a column must not look like others.
        """
        has_choices = isinstance(about, dict) and choices(about)
        items = tuple(
            self._named(each)
            if isinstance(each, str) and not has_choices
            else self.say(name, each, about)
            for each in values[:LISTED]
        )
        if len(items) == 1:
            return replace(items[0], is_number=False)
        has_links = any(item.href for item in items)
        if len(items) <= MOST_ITEMS and not has_links:
            raws = ", ".join(item.raw or item.text for item in items)
            line = ", ".join(item.text for item in items)
            return Said(line, raw="" if raws == line else raws)
        line = ", ".join(item.text for item in items[:SEEN])
        rest = f" and {len(values) - SEEN:,} more" if items[SEEN:] else ""
        unseen = len(values) - len(items)
        last = (Said(f"and {unseen:,} more"),) if unseen else ()
        return Said(line + rest, items=items + last)

    def _named(self, text: str) -> Said:
        """Return a text that may lead somewhere, or be a choice."""
        if link := self.links.get(text):
            return Said(link.text, raw=text, href=link.href)
        words = worded(text) if text in self.words else text
        if words != text:
            return Said(words, raw=text)
        if len(text) > LONG:
            return Said(f"{text[:FIRST]}…", whole=text)
        return Said(SPELLED.get(text, text))

    def _text(self, text: str) -> Said:
        if amount := money(text):
            return Said(amount, is_number=True)
        if words := moment(text):
            return Said(words, raw=text, at=text)
        return self._named(text)


def words_of(about: Any) -> frozenset[str]:
    """Return the choices that a schema knows anywhere."""
    if not isinstance(about, dict):
        return frozenset()
    inner = about.get("properties")
    parts = [*inner.values()] if isinstance(inner, dict) else []
    found = {each for each in choices(about) if isinstance(each, str)}
    return frozenset(found).union(*map(words_of, [*parts, about.get("items")]))


def is_number(value: Any) -> bool:
    """Whether it is one, or an amount of money."""
    if isinstance(value, str):
        return bool(money(value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_plain(value: Any) -> bool:
    """Whether it fits on a line: a text, a number, or a list of such."""
    if isinstance(value, list):
        return all(isinstance(each, str | int | float) for each in value)
    return not isinstance(value, dict)


def is_empty(value: Any) -> bool:
    """Whether there is nothing to say of it; zero and no are something."""
    return value is None or value in ("", [], {})
