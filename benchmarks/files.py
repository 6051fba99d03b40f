"""What `files.process` does with a million rows, against polars reading and writing.

Both run in processes of their own, by turns, so that what else the machine does meets
both alike. Polars only reads the file and writes it as Parquet. We look for structure,
types, duplicates, names and categories, enrich, and write Parquet and the report; once
more with the difference from an earlier file that is as long, which counts for memory.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.stage import show

ROWS: Final = int(os.environ.get("ROWS", "1000000"))
TIMES: Final = int(os.environ.get("TIMES", "3"))
ROOT: Final = Path(__file__).resolve().parents[1]
MOST_TIMES: Final = 8  # as long as polars
MOST_MEGABYTES: Final = 400

MEASURED: Final = """
import json, resource, sys, time
source, target, earlier = sys.argv[1:]
{setup}
began, cpu = time.perf_counter(), time.process_time()
{work}
print(json.dumps({{
    "seconds": time.perf_counter() - began,
    "cpu": time.process_time() - cpu,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}}))
"""
POLARS: Final = MEASURED.format(
    setup="import polars",
    work="polars.read_csv(source).write_parquet(target + '/polars.parquet')",
)
OURS: Final = MEASURED.format(
    setup="""
import django
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
django.setup()
from tasks_app.operations.files.inspecting.inspection import Inspection
from tasks_app.operations.files.inspecting.outline import outline
from tasks_app.operations.tables.opening import open_tables
from tasks_app.operations.files.findings import Findings
from tasks_app.operations.files.comparing.comparison import compare, totals
from tasks_app.operations.files.steps.making import make

class Quiet:
    def step(self, key, **facts): ...
    def progress(self, *told): ...
    @contextmanager
    def artifact(self, name, content_type):
        yield Path(target, name)
""",
    work="""
tables, dialect = open_tables(Path(source))
found = outline(tables[0])
inspection = Inspection()
inspection.read(tables[0], found, seen=lambda rows: None)
findings = Findings([found], dialect)
where = Path(earlier)
upload = SimpleNamespace(original_name="made.csv", size=1, sha256="", path=where)
pairs = {}
if earlier:
    known = SimpleNamespace(upload=upload)
    pairs = compare(findings, tables, known, seen=lambda rows: None)
    findings.differences = totals(pairs, findings)
make(Quiet(), findings, upload, tables, pairs)
""",
)


def main() -> None:
    """Print a table; fail when a limit does not hold."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "made.csv")
        _write(source)
        size = source.stat().st_size / 1_000_000
        runs = [(_run(POLARS, source), _run(OURS, source)) for _ in range(TIMES)]
        changed = _changed(source)
        second = _run(OURS, changed, earlier=source)
    ratio = statistics.median(ours["seconds"] / base["seconds"] for base, ours in runs)
    busy = statistics.median(ours["cpu"] / base["cpu"] for base, ours in runs)
    peak = max(ours["megabytes"] for ours in (second, *(ours for _, ours in runs)))
    rows = [
        _row(who, run[kind])
        for run in runs
        for kind, who in enumerate(("polars", "files.process"))
    ]
    rows.append(_row("with an earlier file", second))
    show("files", f"{ROWS:,} rows, {size:.0f} MB", rows)
    facts = {"ratio": ratio, "cpu_ratio": busy, "peak_megabytes": peak}
    print(json.dumps(facts))
    if ratio > MOST_TIMES or peak > MOST_MEGABYTES:
        sys.exit("A limit does not hold.")


def _row(who: str, run: dict[str, float]) -> dict[str, object]:
    return {"": who, **{name: round(value, 2) for name, value in run.items()}}


def _run(script: str, source: Path, *, earlier: Path | str = "") -> dict[str, float]:
    with tempfile.TemporaryDirectory() as target:
        done = subprocess.run(
            [sys.executable, "-c", script, str(source), target, str(earlier)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _changed(path: Path) -> Path:
    """Write the file anew: of a hundred rows three are others, two gone, three new."""
    changed = path.with_name("changed.csv")
    with path.open(encoding="utf-8") as source, changed.open("w") as file:
        for n, line in enumerate(source):
            if n % 100 >= 2 or not n:
                file.write(line.replace("note", "remark") if n % 100 >= 97 else line)
            if n and n % 100 >= 97:
                file.write(f"{ROWS}{line}")
    return changed


def _write(path: Path) -> None:
    chance = random.Random(1)
    firms = [f"{a} {b}" for a in ("Acme", "Globex", "Hooli") for b in range(60)]
    forms = ("Pty Ltd", "Pty. Limited", "Inc", "GmbH")
    words = ("Rent", "Salary", "Invoice", "Refund", "Card payment", "Fuel", "Hotel")
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "id,date,description,supplier,amount,balance,kind,reference,account,note\n"
        )
        for n in range(ROWS):
            file.write(
                f"{n},2025-{n % 12 + 1:02}-{n % 28 + 1:02},"
                f"{chance.choice(words)} {n % 9973},"
                f"{chance.choice(firms)} {chance.choice(forms)},"
                f"{chance.uniform(-5000, 5000):.2f},{n}.00,C{n % 17},"
                f"REF{chance.randrange(10**9):09},{n % 97:06},"
                f"number {n % 1000} of this note\n"
            )


if __name__ == "__main__":
    main()
