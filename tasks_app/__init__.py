"""Live task status: `docs/lifecycle.md` tells what happens to a task."""

__version__ = "0.3.0"
