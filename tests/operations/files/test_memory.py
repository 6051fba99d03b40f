"""Memory does not grow with the rows of a text: each is read, written and forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.files.conftest import ROOT

MEGABYTE = 1_000_000
SMALL, LARGE = 100_000, 1_000_000  # rows
MOST_GROWTH = 60 * MEGABYTE  # the large file has 100 MB more, and 8 million cells

SCRIPT = """
import sys, threading, psutil, django
django.setup()
from pathlib import Path
from tasks_app.operations.files.inspecting.inspection import Inspection
from tasks_app.operations.files.inspecting.outline import outline
from tasks_app.operations.tables.opening import open_tables
from tasks_app.operations.files.writing.output import write_table
from tasks_app.operations.files.writing.report import Report

process, peak, over = psutil.Process(), 0, threading.Event()
def watch():
    global peak
    while not over.wait(0.005):
        peak = max(peak, process.memory_info().rss)
threading.Thread(target=watch, daemon=True).start()

source, folder = Path(sys.argv[1]), Path(sys.argv[2])
(table,), _ = open_tables(source)
found = outline(table)
Inspection().read(table, found, seen=lambda rows: None)
report = Report(folder / "report.xlsx", tables=1)
target = folder / "cleaned.parquet"
for _ in write_table(table, found, index=0, path=target, report=report):
    pass
report.close([])
over.set()
print(found.good, peak)
"""


def peak_of(path: Path, folder: Path) -> tuple[int, int]:
    """Process a file in a process of its own; return its rows and its peak in bytes."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(folder)],
        cwd=ROOT,
        env={**os.environ, "POLARS_MAX_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    rows, peak = done.stdout.split()
    return int(rows), int(peak)


def table(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write("id,day,amount,name,email,city,note,flag,code\n")
        for n in range(rows):
            file.write(
                f"{n},2025-01-{n % 28 + 1:02},{n % 997}.{n % 90 + 10},Person {n},"
                f'p{n}@example.com,City {n % 500},"Note {n}, of some length to have",'
                f"{'yes' if n % 3 else 'no'},{n % 1000:05}\n"
            )
    return path


@pytest.mark.embedded_only
@pytest.mark.timeout(300)
def test_ten_times_the_rows_take_about_the_same_memory(tmp_path: Path) -> None:
    small = peak_of(table(tmp_path / "small.csv", SMALL), tmp_path / "small")
    large = peak_of(table(tmp_path / "large.csv", LARGE), tmp_path / "large")
    assert (small[0], large[0]) == (SMALL, LARGE)
    assert large[1] - small[1] < MOST_GROWTH, (small, large)
