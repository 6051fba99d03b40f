"""Live task status: `docs/lifecycle.md` tells what happens to a task."""
