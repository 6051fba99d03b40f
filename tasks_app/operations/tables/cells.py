"""Cells of Excel that are literal text, whatever they say.

None becomes a formula, a link or a number when a spreadsheet program opens the file: a
cell that says `=HYPERLINK(…)` stays those letters, and `007` keeps its zeros. U+FFFE,
U+FFFF and half surrogate pairs, which XML cannot hold, become U+FFFD.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import xlsxwriter

ROW_LIMIT: Final = 1_048_576  # of an Excel sheet, its header included
LONGEST_CELL: Final = 32_767  # UTF-16 units in a cell of Excel
_WAS_CUT: Final = -2  # what xlsxwriter answers when it had to cut a text there
_NOT_XML: Final = re.compile("[\ufffe\uffff\ud800-\udfff]")


def book(path: Path) -> Any:
    """Return a new workbook; its rows go to disk as they come, beside `path`."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    return xlsxwriter.Workbook(str(path), options)


def unmarked(sheet: Any) -> None:
    """Have no cell marked as a mistake: texts of digits are texts on purpose."""
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


class Texts:
    """Writes texts into the sheets of a workbook."""

    def __init__(self, workbook: Any) -> None:
        self._plain = workbook.add_format()

    def write(
        self, sheet: Any, row: int, column: int, text: str, style: Any = None
    ) -> bool:
        """Write a text; return whether it had to be cut."""
        if not text.isascii():
            text = _NOT_XML.sub("\ufffd", text)
        if text.startswith("<r>") and text.endswith("</r>"):
            # xlsxwriter would take it for markup of its own and not escape it.
            parts = (self._plain, text[:1], self._plain, text[1:LONGEST_CELL])
            sheet.write_rich_string(row, column, *parts)
            return len(text) > LONGEST_CELL
        wrote: int = sheet.write_string(row, column, text, style)
        return wrote == _WAS_CUT


def let_go(workbook: Any) -> None:
    """Forget an unfinished workbook; nothing of it is written any more."""
    workbook.fileclosed = 1  # else it is written when the object is forgotten
    for sheet in workbook.worksheets():
        sheet.row_data_fh.close()
