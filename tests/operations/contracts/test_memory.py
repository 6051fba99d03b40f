"""Memory does not grow with the contracts: they are read, written and forgotten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.contracts.made import write_contracts
from tests.operations.files.conftest import ROOT

SMALL, LARGE = 60_000, 180_000  # both more than one part
MOST_GROWTH = 60  # MB; what the large file has more takes 120 MB as Python objects


def peaks(folder: Path, rows: int) -> dict[str, int]:
    """Return the peak in MB of each operation, in a process of its own."""
    folder.mkdir()
    path = write_contracts(folder / "made.csv", rows)
    env = {**os.environ, "DATA_DIR": str(folder), "POLARS_MAX_THREADS": "2"}
    env["DATABASE_URL"] = f"sqlite:///{folder}/memory.sqlite3"
    found = {}
    asked = {"migrate": {}, "import": {}, "search": {"query": "bridges"}}
    for name, params in asked.items():
        told = json.dumps(params)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.contracts", name, str(path), told],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        found[name] = json.loads(done.stdout.splitlines()[-1]).get("peak_mb", 0)
    return found


@pytest.mark.embedded_only
@pytest.mark.timeout(400)
def test_three_times_the_contracts_take_about_the_same_memory(tmp_path: Path) -> None:
    small, large = peaks(tmp_path / "small", SMALL), peaks(tmp_path / "large", LARGE)

    growth = {name: large[name] - small[name] for name in small}
    assert max(growth.values()) < MOST_GROWTH, (small, large)
