"""The pages of schedules, for `test_admin.py`."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import User
from django_celery_beat.models import PeriodicTask

from tasks_app.models import Schedule
from tasks_app.operations.schedules import create
from tests.conftest import ORIGIN

SCHEDULES: Final = "/admin/tasks_app/schedule/"
RULE: Final = {
    "operation": "workshop.outside",
    "params_of": "workshop.outside",
    "kind": "interval",
    "every": "9",
    "period": "hours",
}
SCHEDULE_PAGES: Final = {
    SCHEDULES: "302 302 302 302 sees sees 404 sees",
    f"{SCHEDULES}add/": "302 302 302 302 blind 403 404 blind",
    f"{SCHEDULES}{{schedule}}/change/": "302 302 302 302 sees sees 404 sees",
    f"{SCHEDULES}{{schedule}}/delete/": "302 302 302 302 sees 403 404 sees",
    f"{SCHEDULES}{{schedule}}/history/": "302 302 302 302 302 302 302 302",  # the page
    f"{SCHEDULES}{{schedule}}/switch/": "302 302 302 302 405 405 405 405",
    f"{SCHEDULES}{{schedule}}/run/": "302 302 302 302 405 405 405 405",
}
SCHEDULE_FORMS: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "make a schedule": (
        f"{SCHEDULES}add/",
        RULE | {"name": "another"},
        "no no no no yes no no yes",
    ),
    "only look at one": (
        f"{SCHEDULES}add/",
        RULE | {"name": "another", "look": "1"},
        "no no no no no no no no",
    ),
    "change a schedule": (
        f"{SCHEDULES}{{schedule}}/change/",
        RULE | {"name": "another", "seen": "{seen}"},
        "no no no no yes no no yes",
    ),
    "turn a schedule off": (
        f"{SCHEDULES}{{schedule}}/switch/",
        {"on": "0"},
        "no no no no yes no no yes",
    ),
    "run a schedule": (
        f"{SCHEDULES}{{schedule}}/run/",
        {},
        "no no no no yes no no yes",
    ),
    "delete a schedule": (
        f"{SCHEDULES}{{schedule}}/delete/",
        {},
        "no no no no yes no no yes",
    ),
}


def schedule_row(maker: User) -> Schedule:
    """Return a schedule of an operation that everybody may submit."""
    fields: Any = {
        "name": "harvest",
        "operation": "workshop.outside",
        "kind": "interval",
        "every": 5,
        "period": "hours",
    }
    return create(fields, user=maker, origin=ORIGIN)


def all_schedules() -> list[Any]:
    """Return all that a form could change of schedules."""
    plans = PeriodicTask.objects.order_by("pk")
    return list(plans.values_list("pk", "name", "enabled"))
