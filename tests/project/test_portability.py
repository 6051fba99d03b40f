"""The repository works in any folder of any machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project.files import ROOT, short, tracked

pytestmark = pytest.mark.embedded_only

# Folders in which people and programs keep checkouts; a system's own (/usr, /proc) are
# the same everywhere.
OF_ONE_MACHINE = re.compile(r"(?<![\w.:/$}])/(?:work|root|farm|tmp)/\w")
# In tests such folders are made up, to see that the product hides them.
OF_A_PERSON = re.compile(r"(?<![\w.:/$}])/(?:home|Users|srv)/\w")
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


def foreign(path: Path) -> list[str]:
    """The lines of a file that name a folder of one machine."""
    patterns = [OF_ONE_MACHINE]
    if "tests" not in path.parts:
        patterns.append(OF_A_PERSON)
    return [
        f"{short(path)}: {line.strip()}"
        for line in path.read_text().splitlines()
        if any(pattern.search(line) for pattern in patterns)
    ]


def test_no_file_names_a_folder_of_one_machine() -> None:
    files = tracked(*TEXT, ".ci/*", "Procfile", "Dockerfile")

    assert [line for path in files for line in foreign(path)] == []


@pytest.mark.parametrize("folder", ["work", "root", "home", "srv"])
def test_such_a_folder_is_found(folder: str) -> None:
    line = f"open('/{folder}/alice/checkout')"

    assert OF_ONE_MACHINE.search(line) or OF_A_PERSON.search(line)
    assert not OF_A_PERSON.search(f"https://example.com/{folder}/page")


def test_data_and_environments_stay_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()

    assert {"/var/", "/.venv", ".env"} <= set(ignored)
    assert [short(path) for path in tracked("var/*", ".venv", ".venv/*", ".env")] == []
