"""A workbook is looked into before it is opened, whatever it claims about itself."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tasks_app.operations.tables import archive
from tasks_app.operations.tables.archive import (
    BOMB,
    BROKEN,
    TOO_LARGE,
    UnfitArchiveError,
    check_archive,
)
from tests.operations.files.workbooks import ONE_CELL, claim_size, workbook

pytestmark = pytest.mark.embedded_only  # says nothing of a server

MEGABYTE = 1_000_000
SHEET = "xl/worksheets/sheet1.xml"


def refusal(path: Path) -> str:
    with pytest.raises(UnfitArchiveError) as caught:
        check_archive(path)
    return str(caught.value)


def test_an_ordinary_workbook_passes(tmp_path: Path) -> None:
    check_archive(workbook(tmp_path / "a.xlsx"))


def test_a_steep_ratio_is_refused_by_the_directory_alone(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", parts={"xl/media/a": bytes(25 * MEGABYTE)})
    assert path.stat().st_size < 50_000
    assert refusal(path) == BOMB


def test_a_part_that_claims_to_be_small_is_not_believed(tmp_path: Path) -> None:
    bomb = {"xl/media/a": bytes(200 * MEGABYTE)}
    path = claim_size(workbook(tmp_path / "a.xlsx", parts=bomb), "xl/media/a", 1000)
    tracemalloc.start()
    try:
        assert refusal(path) == BOMB
        assert tracemalloc.get_traced_memory()[1] < 5 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_part_that_claims_to_be_large_is_damaged(tmp_path: Path) -> None:
    assert refusal(claim_size(workbook(tmp_path / "a.xlsx"), SHEET, 999_999)) == BROKEN


def test_all_parts_together_have_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", parts={"xl/media/a": bytes(6000)})
    check_archive(path)
    monkeypatch.setattr(archive, "MOST_BYTES", 5000)
    assert refusal(path) == BOMB


def test_too_many_parts_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_PARTS", 10)
    many = {f"xl/media/{n}": "x" for n in range(10)}
    assert refusal(workbook(tmp_path / "a.xlsx", parts=many)) == BOMB


def test_an_archive_inside_is_refused_and_an_embedded_sheet_is_not(
    tmp_path: Path,
) -> None:
    check_archive(workbook(tmp_path / "a.xlsx", parts={"xl/embeddings/b.xlsx": "x"}))
    assert refusal(workbook(tmp_path / "b.xlsx", parts={"more.zip": "x"})) == BROKEN


CORNERS = '<row r="1"><c r="A1"><v>1</v></c></row>{}'


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c\n r = 'XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c a=">" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576">' + '<c r="XA1048576"><v>1</v></c>' + "<c><v>2</v></c></row>",
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>a</t></is></c></row>',
    ],
)
def test_cells_in_opposite_corners_are_refused(tmp_path: Path, far: str) -> None:
    path = workbook(tmp_path / "a.xlsx", rows=CORNERS.format(far))
    assert refusal(path) == TOO_LARGE


@pytest.mark.parametrize("address", ["A" + "0" * 99 + "1048576", "AAAA1"])
def test_an_address_that_no_program_writes_is_damage(
    tmp_path: Path, address: str
) -> None:
    rows = f'<row><c r="{address}"><v>1</v></c></row>'
    assert refusal(workbook(tmp_path / "a.xlsx", rows=rows)) == BROKEN


def test_formatted_blank_rows_take_nothing_and_pass(tmp_path: Path) -> None:
    blank = '<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>'
    check_archive(workbook(tmp_path / "a.xlsx", rows=CORNERS.format(blank)))


def test_one_long_text_in_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_TEXT", 1_000_000)
    texts = f"<si><t>{'x' * 5000}</t></si><si><t>short</t></si>"
    cell = '<c t="s"><v>{}</v></c>'
    long = "".join(f"<row>{cell.format(0)}</row>" for _ in range(300))
    short = "".join(f"<row>{cell.format(1)}</row>" for _ in range(300))
    odd = long.replace("<v>0</v>", "<v><!-- -->&#48;</v >")

    assert refusal(workbook(tmp_path / "a.xlsx", rows=long, texts=texts)) == TOO_LARGE
    assert refusal(workbook(tmp_path / "b.xlsx", rows=odd, texts=texts)) == TOO_LARGE
    check_archive(workbook(tmp_path / "c.xlsx", rows=short, texts=texts))


def test_a_comment_does_not_hide_how_long_a_text_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_TEXT", 1_000_000)
    pieces = "<!--</si>-->".join(["x" * 100] * 50)
    rows = '<row><c t="s"><v>0</v></c></row>' * 300
    path = workbook(tmp_path / "a.xlsx", rows=rows, texts=f"<si><t>{pieces}</t></si>")
    assert refusal(path) == TOO_LARGE


def test_a_document_type_is_refused_where_a_part_is_parsed(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    before = '<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>'
    path = workbook(tmp_path / "a.xlsx", rows=CORNERS.format(far), before=before)
    assert refusal(path) == BROKEN


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_off_workbook_is_damaged(tmp_path: Path, cut: float) -> None:
    path = workbook(tmp_path / "a.xlsx", rows=ONE_CELL * 50)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    assert refusal(path) == BROKEN


def test_a_changed_byte_in_a_part_never_escapes_as_another_error(
    tmp_path: Path,
) -> None:
    data = workbook(tmp_path / "a.xlsx").read_bytes()
    for position in range(0, len(data), 7):
        path = tmp_path / "b.xlsx"
        path.write_bytes(data[:position] + b"\xff" + data[position + 1 :])
        try:
            check_archive(path)
        except UnfitArchiveError:
            continue
        assert zipfile.is_zipfile(path)
