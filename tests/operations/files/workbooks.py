"""Workbooks made byte by byte, as no spreadsheet program would make them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

OFFICE = "http://schemas.openxmlformats.org"
MAIN = f"{OFFICE}/spreadsheetml/2006/main"
RELATIONS = f"{OFFICE}/officeDocument/2006/relationships"
PACKAGE = f"{OFFICE}/package/2006"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/>'
    "</Types>"
)
ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet"'
    ' Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings"'
    ' Target="sharedStrings.xml"/></Relationships>'
)
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def workbook(
    path: Path,
    *,
    rows: str = ONE_CELL,
    texts: str = "",
    parts: Mapping[str, bytes | str] | None = None,
    before: str = "",
) -> Path:
    """Write a workbook with one sheet of raw `rows`, raw shared texts, more parts."""
    content: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{MAIN}">'
        f"<sheetData>{rows}</sheetData></worksheet>",
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def claim_size(path: Path, part: str, size: int) -> Path:
    """Make the directory of the archive lie about the unpacked size of a part."""
    data = bytearray(path.read_bytes())
    name = part.encode()
    at = data.rfind(name)  # the directory comes last
    start = at - 46  # length of an entry before its name (APPNOTE.TXT, 4.3.12)
    assert data[start : start + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, start + 24, size)
    path.write_bytes(data)
    return path
