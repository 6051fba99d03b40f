"""Makes JSON fit for both databases: PostgreSQL refuses what SQLite and Python take."""

from __future__ import annotations

import math
import re
from typing import Any, Final

UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # NUL, halves of characters


def storable(value: Any) -> Any:
    """Return `value` with � for characters, None for numbers that cannot be stored.

    Both come from the files of users: a cell with a NUL, the mean of an empty column.
    """
    if isinstance(value, str):
        return UNSTORABLE.sub("�", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value
