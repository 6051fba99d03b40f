"""What a field is called on a page, and a choice: words instead of identifiers."""

from __future__ import annotations

import re
from typing import Any, Final

# Written as people do.
SPELLED: Final = {"ok": "OK", "url": "URL", "sha256": "SHA-256", "csv": "CSV"}
# The value says the unit, so the name need not.
UNIT: Final = re.compile(r"_(seconds_ago|seconds|ms|bytes|percent)$")
CHOICE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def named(name: str) -> str:
    """Return a field's name as a label."""
    words = name.replace("_", " ").split()
    text = " ".join(SPELLED.get(word, word) for word in words)
    return text[:1].upper() + text[1:]


def label(name: str) -> str:
    """Return the label of a value that is told with its unit."""
    return "Size" if name == "bytes" else named(UNIT.sub("", name))


def worded(value: Any) -> str:
    """Return one of a few choices in words: `new_rows` is “New rows”.

    What is no identifier is left as it is: it may be a name of something.
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None:
        return "None"
    is_identifier = isinstance(value, str) and CHOICE.fullmatch(value)
    return named(value) if is_identifier else str(value)
