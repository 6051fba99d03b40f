"""The browser on the machine; Playwright's own are not downloaded."""

from __future__ import annotations

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root may not use Chromium's sandbox; the rest keeps it from talking to its maker.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> Path | None:
    """Where Chromium is, if it is installed."""
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path), None)
