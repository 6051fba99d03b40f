"""Reads requests with files, strictly."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser

from tasks_app.conf import setting
from tasks_app.operations.json_text import TooDeepError, shallow
from tasks_app.operations.multipart import StrictParser

FORM_BYTES = 2_500_000  # what a form may hold besides its file


class TooLargeError(APIException):
    """The request is larger than any file may be; nothing of it was read."""

    status_code = 413
    default_code = "too_large"


def body_limit() -> int:
    """Return how many bytes a body may have that is no file."""
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or sys.maxsize - 1


def too_much() -> TooLargeError:
    """Return what is answered to a body over the limit."""
    most = f"{body_limit() / 1_000_000:,.1f} MB"
    return TooLargeError(f"At most {most} are taken besides files.")


class BodyParser(JSONParser):
    """JSON with a limit to its size, and one to its depth."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the JSON; raises TooLargeError and ParseError."""
        body = stream.read(body_limit() + 1)
        if len(body) > body_limit():
            raise too_much()
        try:
            found = super().parse(io.BytesIO(body), media_type, parser_context)
            return shallow(found)
        except (RecursionError, TooDeepError):
            raise ParseError("The JSON is nested too deeply.") from None


class UploadParser(MultiPartParser):
    """Multipart with a size limit that holds before anything is read."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        """Return fields and files; raises TooLargeError, ParseError and the like."""
        request = (parser_context or {})["request"]
        meta = {**request.META, "CONTENT_TYPE": media_type}
        limit = setting("MAX_UPLOAD_BYTES")
        if int(meta.get("CONTENT_LENGTH") or 0) > limit + FORM_BYTES:
            raise TooLargeError(
                f"The file is too large: at most {limit / 1_000_000:,.1f} MB are taken."
            )
        encoding = (parser_context or {}).get("encoding", "utf-8")
        try:
            return DataAndFiles(
                *StrictParser(meta, stream, request.upload_handlers, encoding).parse()
            )
        except MultiPartParserError as error:
            raise ParseError(f"The form could not be read: {error}.") from error
