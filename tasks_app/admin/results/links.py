"""What a result names that can be opened: tasks, and the files the task left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from tasks_app.models import Task

from .said import Link, Links

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.contrib.auth.models import AnonymousUser, User

ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_IDS: Final = 200
MOST_VALUES: Final = 20_000  # looked at; a page is not for more


def links_of(
    *values: Any,
    user: User | AnonymousUser,
    artifacts: Iterable[dict[str, Any]] = (),
) -> Links:
    """Return where texts in `values` lead; ids of tasks only if `user` may see them."""
    found = {each["name"]: Link(each["url"], each["name"]) for each in artifacts}
    ids = _ids(values)
    if ids:
        visible = Task.objects.visible_to(user).filter(pk__in=ids)
        for pk, title in visible.values_list("pk", "title"):
            page = reverse("admin:tasks_app_task_change", args=[pk])
            found[str(pk)] = Link(page, title)
    return found


def _ids(values: tuple[Any, ...]) -> set[str]:
    ids: set[str] = set()
    for text in _texts(list(values)):
        if ID.fullmatch(text):
            ids.add(text)
        if len(ids) == MOST_IDS:
            break
    return ids


def _texts(left: list[Any]) -> Iterator[str]:
    for _ in range(MOST_VALUES):
        if not left:
            return
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
