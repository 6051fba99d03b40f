"""Memory does not grow with the contracts: they are read, written and forgotten."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.contracts.made import write_contracts
from tests.operations.files.conftest import ROOT

SMALL, LARGE = 30_000, 90_000  # both more than one part
MOST_GROWTH = 45  # MB; what the large file has more takes 60 MB as Python objects
SCRIPT = """
import json, sys, django
django.setup()
from pathlib import Path
from benchmarks.contracts import measure
from tasks_app.operations.contracts import intake

intake.PART_ROWS = 20_000
print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]))))
"""


def peaks(folder: Path, rows: int) -> dict[str, int]:
    """Return the peak in MB of each operation, in a process of its own."""
    path = write_contracts(folder / "made.csv", rows)
    asked: dict[str, dict[str, str]] = {"import": {}, "search": {"query": "bridges"}}
    return {
        name: run(folder, name, str(path), json.dumps(params))["peak_mb"]
        for name, params in asked.items()
    }


def run(folder: Path, *arguments: str) -> dict[str, int]:
    env = {**os.environ, "DATA_DIR": str(folder), "POLARS_MAX_THREADS": "2"}
    env["DATABASE_URL"] = f"sqlite:///{folder}/memory.sqlite3"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.embedded_only
@pytest.mark.timeout(400)
def test_three_times_the_contracts_take_about_the_same_memory(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    run(small, "migrate", "", "{}")
    shutil.copytree(small, large)
    less, more = peaks(small, SMALL), peaks(large, LARGE)

    growth = {name: more[name] - less[name] for name in less}
    assert max(growth.values()) < MOST_GROWTH, (less, more)
