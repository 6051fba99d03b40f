"""Millions of contracts: import, export, figures and search, each in a fresh process.

`ROWS=5000000 python -m benchmarks.contracts`. Wall time depends on who else uses the
machine; processor time does not. Memory is the peak of the process, Django included.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.stage import ROOT, show, stage
from tests.operations.contracts.made import write_contracts

ROWS: Final = int(os.environ.get("ROWS", "5000000"))
ASKED: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("import", "import", {}),
    ("import again", "import", {}),
    (
        "export one directorate, 3 months",
        "export",
        {
            "filters": {
                "directorates": ["Education Directorate"],
                "from": "2020-01-01",
                "until": "2020-03-31",
            }
        },
    ),
    (
        "export a year and a half",
        "export",
        {"filters": {"from": "2020-01-01", "until": "2021-06-30"}},
    ),
    ("aggregate by directorate, month", "aggregate", {"by": ["directorate", "month"]}),
    ("aggregate by contractor", "aggregate", {"by": ["contractor"]}),
    ("search two words", "search", {"query": "refurbishment cafes"}),
    ("search one contract", "search", {"query": f"PO{ROWS // 2:07}"}),
    ("search a beginning, any of two", "search", {"query": "const* bus*"}),
)


def main() -> None:
    """Measure, print a table, write JSON."""
    (ROOT / "var" / "bench").mkdir(parents=True, exist_ok=True)
    with (
        stage() as env,
        tempfile.TemporaryDirectory(dir=ROOT / "var" / "bench") as folder,
    ):
        env["DATA_DIR"] = folder  # on a disk, as in life
        env["MAX_UPLOAD_BYTES"] = str(10**10)
        path = write_contracts(Path(folder) / "made.csv", ROWS)
        size = path.stat().st_size / 1_000_000
        _child(env, "migrate", str(path), {})
        rows = []
        for title, name, params in ASKED:
            rows.append({"what": title, **_child(env, name, str(path), params)})
            print(json.dumps(rows[-1]), flush=True)
    show("contracts", f"{ROWS:,} contracts, a CSV file of {size:,.0f} MB", rows)


def _child(
    env: dict[str, str], name: str, path: str, params: dict[str, Any]
) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.contracts", name, path]
    done = subprocess.run(
        [*command, json.dumps(params)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def measure(name: str, path: Path, params: dict[str, Any]) -> dict[str, Any]:
    """Run one operation in this process; return what it took."""
    import django

    django.setup()
    from django.core.files import File
    from django.core.management import call_command

    from tasks_app import lifecycle
    from tasks_app.events import Origin
    from tasks_app.models import Task
    from tasks_app.operations.runner import attempt
    from tasks_app.operations.submission import submit

    if name == "migrate":
        call_command("migrate", verbosity=0)
        return {}
    asked: dict[str, Any] = {"operation": f"contracts.{name}", "params": params}
    if name == "import":
        asked["file"] = File(path.open("rb"), name=path.name)
    pending = submit(owner=None, origin=Origin(), **asked)
    claimed = lifecycle.claim(str(pending.pk), worker="bench")
    assert claimed is not None
    began, used = time.monotonic(), time.process_time()
    attempt(claimed)
    took, used = time.monotonic() - began, time.process_time() - used
    task = Task.objects.get(pk=pending.pk)
    assert task.status == "completed", (task.error_message, task.error_detail)
    result: dict[str, Any] = task.result or {}
    found = next(result[n] for n in ("hits", "groups", "rows") if n in result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "found": found,
        "seconds": round(took, 1),
        "cpu_seconds": round(used, 1),
        "peak_mb": peak // 1000,
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, file, told = sys.argv[1:]
        print(json.dumps(measure(kind, Path(file), json.loads(told))))
    else:
        main()
