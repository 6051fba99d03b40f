"""What is said of a stored file that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

HEADER: Final = ("Kind", "Name", "File", "Task", "Bytes", "What is wrong")

Pulse = Callable[[], None]  # called while one file is read; may raise to stop


@dataclass(frozen=True, slots=True)
class Finding:
    """Damage, or, with `is_spare`, a file that no row names and nobody misses."""

    kind: str  # upload, artifact, contracts, spare file
    name: str
    file: str  # below the folder of stored files
    what: str
    size: int = 0  # bytes, of a spare file
    task: str = ""
    is_spare: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """It as a row below HEADER."""
        size = str(self.size) if self.size else ""
        return self.kind, self.name, self.file, self.task, size, self.what

    @property
    def sentence(self) -> str:
        """It for the history of the task that found it."""
        whose = f" of task {self.task}" if self.task else ""
        return f"The {self.kind} “{self.name}”{whose}: {self.what}."


@dataclass(frozen=True, slots=True)
class Look:
    """One file was looked at; `place` is where to go on behind it."""

    place: str
    size: int = 0  # bytes
    finding: Finding | None = None
