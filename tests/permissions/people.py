"""The eight kinds of people, in the order of every table here."""

from __future__ import annotations

from typing import Any, Final

PEOPLE: Final = (
    "anonymous",
    "stranger",  # bob: signed in, owns nothing of it
    "owner",  # alice, no staff rights
    "reporter",  # a service in the group Reporters
    "operator",  # staff in the group Operators
    "viewer",  # staff in the group Viewers
    "staff",  # may open the admin, and has no permission
    "superuser",
)


def table(words: str) -> dict[str, str]:
    """Return what each kind of person gets, from a row of eight words."""
    return dict(zip(PEOPLE, words.split(), strict=True))


Cast = dict[str, Any]
