"""Says in a sentence that the disk is full, whoever noticed it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tasks_app.errors import OperationError

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Libraries that write files themselves tell the number in their text only.
_TOLD: Final = re.compile(
    rf"(?:os error |Errno )(?:{'|'.join(map(str, FULL))})\b|No space left on device"
)


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn whatever says that the disk is full into an OperationError."""
    try:
        yield
    except OperationError:
        raise
    except Exception as error:
        number = getattr(error, "errno", None)
        if number in FULL or _TOLD.search(str(error)):
            raise OperationError(
                "The disk of the server is full, so nothing was kept of this. Make"
                " room, or ask an administrator to, and retry the task.",
                code="disk_full",
            ) from error
        raise
