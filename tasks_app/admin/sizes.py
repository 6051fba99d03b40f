"""Stops reading a file that is too large, instead of storing it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

if TYPE_CHECKING:
    from django.http import HttpRequest


class Guard(FileUploadHandler):
    """Skips a file from the first byte past `limit` on, and remembers its name."""

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.refused: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on; raises SkipFile once there are too many."""
        if start + len(raw_data) > self.limit:
            self.refused.append(self.file_name or "A file")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """Leave the file to the handlers that follow."""

    def refusals(self) -> list[str]:
        """Return a sentence for each file that was skipped."""
        most = f"{self.limit / 1_000_000:,.1f} MB"
        return [
            f"“{name}” is too large: at most {most} are taken." for name in self.refused
        ]
