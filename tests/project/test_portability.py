"""The repository works in any folder of any machine."""

from __future__ import annotations

import re

import pytest

from tests.project.files import ROOT, short, tracked

pytestmark = pytest.mark.embedded_only

# Folders in which people and programs keep checkouts; a system's own (/usr, /proc) are
# the same everywhere.
OF_ONE_MACHINE = re.compile(r"(?<![\w.:/$}])/(?:work|root|home|farm|tmp|Users|srv)/\w")
HERE = "tests/project/test_portability.py"
TEXT = (
    "*.py",
    "*.md",
    "*.toml",
    "*.yml",
    "*.yaml",
    "*.html",
    "*.js",
    "*.css",
    "Makefile",
)


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        f"{short(path)}: {line.strip()}"
        for path in tracked(*TEXT, ".ci/*", "Procfile", "Dockerfile")
        for line in path.read_text().splitlines()
        if OF_ONE_MACHINE.search(line) and short(path) != HERE
    ]

    assert found == []


def test_the_pattern_finds_such_a_folder() -> None:
    assert OF_ONE_MACHINE.search('open("/home/alice/checkout")')
    assert not OF_ONE_MACHINE.search("https://example.com/home/page")


def test_data_and_environments_stay_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()

    assert {"/var/", "/.venv/", ".env"} <= set(ignored)
    assert [short(path) for path in tracked("var/*", ".venv/*", ".env")] == []
