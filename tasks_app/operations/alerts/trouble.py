"""Why a message could not be sent."""

from __future__ import annotations


class SendError(Exception):
    """A sentence for operators; `is_final`: trying again is of no use."""

    def __init__(
        self, text: str, *, code: int | None = None, is_final: bool = False
    ) -> None:
        self.code, self.is_final = code, is_final
        super().__init__(text)
