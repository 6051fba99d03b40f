"""A row for each route; a module for each part of the API.

A route that is new gets a row here, else the tests fail.
"""

from __future__ import annotations

from typing import Final

from . import (
    answering,
    auth,
    dialects,
    export,
    feeds,
    health,
    keeping,
    reporting,
    tasks,
)
from .call import Call

PARTS: Final = (
    *(tasks, answering, keeping, export, reporting, feeds, auth, dialects, health),
)
CALLS: Final[dict[str, Call]] = {
    call.route: call for module in PARTS for call in module.CALLS
}
TAGS: Final = {tag: text for module in PARTS for tag, text in module.TAGS.items()}
