"""What a look at something that work depends on says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """`wrong` is empty when it is well; `figures` are said either way."""

    wrong: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
