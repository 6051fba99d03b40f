"""The door to the alerts; without them nobody is told, and the result says it all."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

ALERTS: Final = "tasks_app.operations.alerts"


def raise_incident(**facts: Any) -> None:
    """Open an incident, or note that it still is one."""
    if find_spec(ALERTS):
        import_module(ALERTS).raise_incident(**facts)


def resolve_incident(**facts: Any) -> None:
    """End an incident, if it is open."""
    if find_spec(ALERTS):
        import_module(ALERTS).resolve_incident(**facts)
