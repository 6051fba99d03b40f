"""Reads forms with files, strictly: the same for every edge that takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser

from tasks_app.errors import InvalidInputError

from .uploads import check_name

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

SHOWN: Final = 80  # characters of a strange name that a sentence repeats


def most_files() -> int | None:
    """Return how many files one form may hold; None when there is no limit."""
    return settings.DATA_UPLOAD_MAX_NUMBER_FILES


class StrictParser(MultiPartParser):
    """Refuses a strange file name, where Django would quietly make another of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strange: list[str] = []
        self.is_cut = False

    @property
    def fields(self) -> QueryDict:
        """What was read besides files; all there is unless `is_cut`."""
        read: QueryDict | None = getattr(self, "_post", None)
        return QueryDict() if read is None else read

    def parse(self) -> tuple[QueryDict, MultiValueDict[Any, Any]]:
        """Return fields and files.

        Raises InvalidInputError for strange names, once everything is read, and as
        soon as there are too many files.
        """
        try:
            fields, files = super().parse()
        except TooManyFilesSent as error:
            self.is_cut = True
            most = f"At most {most_files()} files are taken at once. Send fewer."
            raise InvalidInputError({"file": [most]}) from error
        if self.strange:
            for _, sent in files.lists():
                for file in sent:
                    file.close()
            raise InvalidInputError({"file": self.strange})
        return fields, files

    def sanitize_file_name(self, file_name: str) -> str:
        """Return the name unchanged; remember what is wrong with a strange one."""
        try:
            return check_name(file_name)
        except InvalidInputError as error:
            # The cleaned name says which file is meant, and cannot deceive.
            cleaned = super().sanitize_file_name(file_name) or "file"
            told = f"“{cleaned[:SHOWN]}”: {' '.join(error.errors['file'])}"
            self.strange.append(told)
            return cleaned
