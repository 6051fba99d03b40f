"""The import contracts stop what they are there to stop."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.files import ROOT, tracked

pytestmark = pytest.mark.embedded_only


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code, to break."""
    for path in [ROOT / "pyproject.toml", *tracked("tasks_app/*.py", "config/*.py")]:
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_contracts_are_kept(copy: Path) -> None:
    checked = lint(copy)

    assert checked.returncode == 0, checked.stdout


def test_a_new_module_needs_a_row(copy: Path) -> None:
    (copy / "tasks_app" / "helpers.py").touch()

    checked = lint(copy)

    assert checked.returncode == 1
    assert "tasks_app.helpers" in checked.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("models/task.py", "import tasks_app.lifecycle", "Imports point down"),
        ("lifecycle/__init__.py", "import tasks_app.operations", "Imports point down"),
        ("admin/__init__.py", "import tasks_app.realtime", "Imports point down"),
        ("operations/runner.py", "import config.settings", "does not know the project"),
        ("operations/runner.py", "import rest_framework", "REST libraries stay"),
        ("models/task.py", "import celery", "Celery stays"),
        ("credentials/tickets.py", "import tasks_app.lifecycle", "Imports point down"),
        ("api/auth.py", "import rest_framework_simplejwt", "Tokens are read in"),
        ("lifecycle/__init__.py", "import channels.layers", "Channels stays"),
    ],
)
def test_a_wrong_import_is_named(
    copy: Path, module: str, line: str, contract: str
) -> None:
    path = copy / "tasks_app" / module
    path.write_text(f"{path.read_text()}\n{line}\n")

    checked = lint(copy)

    assert checked.returncode == 1
    broken = [text for text in checked.stdout.splitlines() if "BROKEN" in text]
    assert any(contract in text for text in broken), checked.stdout
