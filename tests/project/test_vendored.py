"""What others wrote and we ship is what they published."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.project.files import ROOT, tracked

pytestmark = pytest.mark.embedded_only

VENDOR = ROOT / "static" / "vendor"
HASH = re.compile(r"^\| `(?P<name>[^`]+)` \| `(?P<hash>[0-9a-f]{64})` \|$", re.M)


def test_each_package_says_where_it_is_from_and_under_which_licence():
    folders = sorted(folder for folder in VENDOR.iterdir() if folder.is_dir())

    assert [folder.name for folder in folders] == ["uplot"]
    for folder in folders:
        told = (folder / "VENDOR.md").read_text()
        assert "https://" in told
        assert "Licence:" in told
        assert "copyright" in (folder / "LICENSE").read_text().lower()


def test_every_file_has_the_hash_that_is_written_beside_it():
    for path in tracked("static/vendor/*"):
        if path.name != "VENDOR.md":
            assert hashlib.sha256(path.read_bytes()).hexdigest() == written(path)


def written(path: Path) -> str:
    rows = HASH.finditer((path.parent / "VENDOR.md").read_text())
    return {row["name"]: row["hash"] for row in rows}[path.name]
