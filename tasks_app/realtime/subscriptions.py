"""What a socket asked to watch."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tasks_app.models.queries import named
from tasks_app.statuses import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from tasks_app.models.queries import TaskQuerySet

MOST_IDS: Final = 500
NEWEST: Final = 100  # tasks in the snapshot of a filter
LONGEST: Final = 1000  # characters of a text that is looked for
FILTERS: Final = frozenset({"status", "operation", "owner", "search"})


class BadMessageError(Exception):
    """The client sent what the protocol does not know; the text says what.

    `names` are the parts of it that are wrong, where the text is about some.
    """

    def __init__(self, text: str, *names: str) -> None:
        self.names = names
        super().__init__(text)


@dataclass(frozen=True)
class ById:
    """Watches the tasks named."""

    ids: frozenset[str]

    def matches(self, task: Mapping[str, Any]) -> bool:
        """Whether the task on the wire is watched."""
        return task["id"] in self.ids

    def rows(self, visible: TaskQuerySet) -> TaskQuerySet:
        """Return the rows of the snapshot."""
        return visible.filter(pk__in=self.ids)


@dataclass(frozen=True)
class ByFilter:
    """Watches what matches, now or later. Empty parts match everything."""

    status: frozenset[str] = frozenset()
    operation: frozenset[str] = frozenset()
    owner: str = ""
    search: str = ""

    def matches(self, task: Mapping[str, Any]) -> bool:
        """Whether the task on the wire is watched; no query."""
        return (
            (not self.status or task["status"] in self.status)
            and (not self.operation or task["operation"] in self.operation)
            and (not self.owner or task["owner"] == self.owner)
            and (not self.search or found(self.search, task))
        )

    def narrow(self, visible: TaskQuerySet) -> TaskQuerySet:
        """Return those of the rows that match."""
        return visible.narrowed(
            status=self.status,
            operation=self.operation,
            owner=self.owner,
            search=self.search,
        )

    def rows(self, visible: TaskQuerySet) -> TaskQuerySet:
        """Return the rows of the snapshot: the newest that match."""
        return self.narrow(visible).order_by("-created_at", "-id")[:NEWEST]


Subscription = ById | ByFilter


def found(text: str, task: Mapping[str, Any]) -> bool:
    """Whether a search finds the task; the same rule as `TaskQuerySet.matching`."""
    if text.replace("-", "").lower() == task["id"].replace("-", ""):
        return True
    names = [task["title"], task["original_filename"]]
    searchable = [*names, task["progress"]["message"], task["error_message"]]
    return text.lower() in " ".join(searchable).lower()


def parse(message: dict[str, Any], user: User) -> Subscription:
    """Return what `message` asks to watch; raises BadMessageError."""
    if "tasks" in message:
        return ById(_ids(message["tasks"]))
    wanted = message.get("filter", {})
    if not isinstance(wanted, dict) or set(wanted) - FILTERS:
        text = f"“filter” may hold: {', '.join(sorted(FILTERS))}."
        raise BadMessageError(text, "filter")
    return ByFilter(
        status=_statuses(wanted),
        operation=_words(wanted, "operation"),
        owner=named(_text(wanted, "owner"), user),
        search=_text(wanted, "search"),
    )


def _ids(given: Any) -> frozenset[str]:
    if not isinstance(given, list) or len(given) > MOST_IDS:
        text = f"“tasks” must be a list of at most {MOST_IDS} ids."
        raise BadMessageError(text, "tasks")
    try:
        return frozenset(str(uuid.UUID(pk)) for pk in given)
    except (ValueError, AttributeError, TypeError):
        text = "“tasks” holds something that is not an id."
        raise BadMessageError(text, "tasks") from None


def _statuses(wanted: dict[str, Any]) -> frozenset[str]:
    words = _words(wanted, "status")
    if words - set(Status.values):
        text = f"“status” must be of: {', '.join(Status.values)}."
        raise BadMessageError(text, "status")
    return words


def _words(wanted: dict[str, Any], name: str) -> frozenset[str]:
    value = wanted.get(name, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise BadMessageError(f"“{name}” must be a text or a list of texts.", name)
    return frozenset(_storable(v, name) for v in values if v)


def _text(wanted: dict[str, Any], name: str) -> str:
    value = wanted.get(name, "")
    if not isinstance(value, str):
        raise BadMessageError(f"“{name}” must be a text.", name)
    return _storable(value, name)


def _storable(text: str, name: str) -> str:
    """Return the text if a database can look for it; raises BadMessageError."""
    odd = "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)
    if odd or len(text) > LONGEST:
        raise BadMessageError(
            f"“{name}” may hold {LONGEST} characters, none of them NUL or half a sign.",
            name,
        )
    return text
