"""The commands people are told to type exist, and `make help` tells all of them."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.project.files import ROOT, short, tracked

pytestmark = pytest.mark.embedded_only

TYPED = re.compile(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z]+)", re.MULTILINE)


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text()
    return set(re.findall(r"^\.PHONY: (\w+)$", makefile, re.MULTILINE))


def test_the_makefile_has_these_targets() -> None:
    assert targets() == {
        "help",
        "run",
        "test",
        "bench",
        "chaos",
        "format",
        "check",
        "pictures",
    }


def test_help_names_every_target() -> None:
    told = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert {name for name in targets() if f"make {name}" in told} == targets()


def test_the_documentation_names_only_targets_that_exist() -> None:
    typed = {
        (short(path), name)
        for path in tracked("*.md")
        for name in TYPED.findall(path.read_text())
    }

    assert typed
    assert {(path, name) for path, name in typed if name not in targets()} == set()


def test_the_readme_shows_the_two_commands() -> None:
    typed = set(TYPED.findall((ROOT / "README.md").read_text()))

    assert {"run", "test"} <= typed


@pytest.mark.parametrize("script", [".ci/run", ".ci/venv"])
def test_scripts_can_be_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ROOT / script], check=True)
