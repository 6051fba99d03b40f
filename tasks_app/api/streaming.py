"""Answers that are sent while they are read, at the pace of who takes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from asgiref.sync import sync_to_async
from django.http import FileResponse, StreamingHttpResponse

BLOCK: Final = 1 << 18  # bytes of a file that are in memory at a time


class Streamed(StreamingHttpResponse):
    """Sends each part when it is made.

    Under ASGI, Django's own would first collect what a plain iterator yields: all of
    a file, or of a million tasks.
    """

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Make the parts in the thread of the request, until the client leaves."""
        read = sync_to_async(partial(next, iter(self), None))
        while (part := await read()) is not None:
            yield part


class StreamedFile(Streamed, FileResponse):
    """A file, read block by block."""

    block_size = BLOCK
