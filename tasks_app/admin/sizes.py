"""Reads an upload strictly, and no file further than it may be long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.datastructures import MultiValueDict

from tasks_app.errors import InvalidInputError
from tasks_app.operations.multipart import StrictParser

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict


class Guard(FileUploadHandler):
    """Skips a file from the first byte past `limit` on, and remembers which.

    Files are numbered from 0 in the order in which they were sent. `errors` has the
    sentences for which the upload is refused as a whole: its fields arrive (those
    before the files, if `is_cut`), its files do not.
    """

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.count = 0
        self.refused: dict[int, str] = {}  # names by number
        self.errors: dict[str, list[str]] = {}
        self.is_cut = False
        self.parser: StrictParser | None = None

    def handle_raw_input(
        self, input_data: Any, meta: dict[str, Any], *_: Any
    ) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        """Parse in Django's place; the fields must arrive, the token is among them."""
        if self.parser is not None:
            return None  # our own parser asks its handlers too
        request = cast("HttpRequest", self.request)
        handlers = request.upload_handlers
        self.parser = StrictParser(meta, input_data, handlers, request.encoding)
        try:
            return self.parser.parse()
        except InvalidInputError as error:
            self.errors, self.is_cut = error.errors, self.parser.is_cut
            return self.parser.fields, MultiValueDict()

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        """Give the file its number."""
        super().new_file(field_name, *args, **kwargs)
        self.count += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on; raises SkipFile once there are too many."""
        if start + len(raw_data) > self.limit:
            self.refused[self.count - 1] = self.file_name or "A file"
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """Leave the file to the handlers that follow."""

    def kept(self) -> list[int]:
        """Return the numbers of the files that were not skipped."""
        return [number for number in range(self.count) if number not in self.refused]

    def refusals(self) -> dict[int, list[str]]:
        """Return a sentence for each file that was skipped."""
        most = f"{self.limit / 1_000_000:,.1f} MB"
        return {
            number: [f"“{name}” is too large: at most {most} are taken."]
            for number, name in self.refused.items()
        }
