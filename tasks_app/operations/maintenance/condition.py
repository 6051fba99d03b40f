"""Looks at everything that work depends on, and tells people when that changes.

Each check has an incident of its own, so it makes one alert when it turns bad and one
when it is well again. Of a beat that is gone the keeper tells, and sooner.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tasks_app.errors import PauseInterruption
from tasks_app.operations import health
from tasks_app.operations.alerts import raise_incident, resolve_incident
from tasks_app.operations.health.looking import Look
from tasks_app.operations.health.processes import NO_BEAT

if TYPE_CHECKING:
    from tasks_app.operations.context import Context

NAMES: Final = {
    "database": "The database",
    "redis": "Redis",
    "broker": "The broker",
    "keeper": "The keeper",
    "workers": "Workers",
    "disk": "The disk",
    "beat": "The beat",
}


def carry_out(context: Context) -> dict[str, Any]:
    """Return what each check says; what is wrong is an error of the task, too."""
    context.step("looking_at_what_work_depends_on")
    told: dict[str, Any] = {}
    for number, name in enumerate(health.LOOKS, 1):
        found = health.look(name)
        told[name] = {
            "ok": not found.wrong,
            "wrong": found.wrong or None,
            **found.figures,
        }
        _tell(name, found)
        if found.wrong:
            _note(context, name, found.wrong)
        context.progress(number, len(health.LOOKS), f"Looked at: {name}")
    wrong = [NAMES[name].lower() for name, each in told.items() if not each["ok"]]
    text = f"Not as it should be: {', '.join(wrong)}" if wrong else "All is well"
    context.progress(len(told), len(told), text)
    return {"all_is_well": not wrong, **told}


def _note(context: Context, name: str, wrong: str) -> None:
    """Note what is wrong as an error of the task, once however often it is paused."""
    noted = (context.position or {}).get("noted", [])
    if name in noted:
        return
    with suppress(PauseInterruption):  # saving stops us, too
        context.error(f"{NAMES[name]}: {wrong}.")
    context.save({"noted": [*noted, name]})


def _tell(name: str, found: Look) -> None:
    """Open the incident of the check, or end it."""
    if found.wrong == NO_BEAT:
        return
    key = f"health.{name}"
    facts = {
        each.replace("_", " ").capitalize(): value
        for each, value in found.figures.items()
    }
    if found.wrong:
        title = f"{NAMES[name]}: {found.wrong}"
        raise_incident(key=key, title=title, facts=facts)
    else:
        resolve_incident(key=key, facts=facts)
