"""The encoding of a text is found, and a guess is called one."""

# ruff: noqa: RUF001  signs of other scripts are the point

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks_app.operations.tables.encoding import BLOCK, Encoding, find_encoding

pytestmark = pytest.mark.embedded_only  # says nothing of a server

GERMAN = "Name;Ort\nJürgen Großmann;Köln\nKäthe Löffler;Düren\nCafé Schön;Übach\n"
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_unicode_is_certain(write: Write, encoding: str, name: str) -> None:
    assert find_encoding(write(GERMAN.encode(encoding))) == Encoding(name)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (GERMAN, "mac_roman"),
        (GERMAN, "cp850"),
        ("id;name;price\n1;shoe;5€\n", "cp1252"),
        ("Société générale;à payer;été;reçu\n", "cp1252"),
        ("Łódź;Żółć;święto\nprzelew;płatność;należność\n", "cp1250"),
        ("Иванов;Москва;оплата счета\nПетров;Казань\n", "cp1251"),
        ("東京都;注文番号;商品名\n大阪;支払い;カタカナ\n", "cp932"),
        ("北京市;订单编号;商品名称;数量\n", "gb18030"),
        ("서울시;주문번호;상품명;수량\n", "euc_kr"),
    ],
)
def test_other_encodings_are_guessed(write: Write, text: str, encoding: str) -> None:
    assert find_encoding(write(text.encode(encoding))) == Encoding(
        encoding, guessed=True
    )


def test_a_letter_far_into_the_file_counts(write: Write) -> None:
    plain = b"1234567,some name\n" * (2 * BLOCK // 18)
    assert find_encoding(write(plain + "2,Jürgen\n".encode("cp1252"))).guessed
    assert find_encoding(write(plain + "2,Jürgen\n".encode())) == Encoding("utf-8")


def test_a_few_broken_lines_do_not_make_utf8_another_encoding(write: Write) -> None:
    lines = ["Jürgen,Köln".encode()] * 20 + [b"J\xfcrgen,K\xf6ln"]
    assert find_encoding(write(b"\n".join(lines))) == Encoding("utf-8")


def test_a_letter_across_two_blocks_is_one_letter(write: Write) -> None:
    content = b"x" * (BLOCK - 1) + "ü\n".encode()
    assert find_encoding(write(content)) == Encoding("utf-8")
