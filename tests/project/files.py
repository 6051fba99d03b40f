"""What the repository holds, as git sees it: for tests about the repository itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """The files that are or would be committed, matching git's `patterns`."""
    # Whoever runs the tests need not own the checkout.
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
    ]
    listing = subprocess.run(
        [*command, "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = {ROOT / name for name in listing.stdout.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def short(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()
