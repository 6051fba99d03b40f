"""Reads requests with files, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from tasks_app.conf import setting
from tasks_app.operations.multipart import StrictParser

FORM_BYTES = 2_500_000  # what a form may hold besides its file


class TooLargeError(APIException):
    """The request is larger than any file may be; nothing of it was read."""

    status_code = 413
    default_code = "too_large"


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
