"""Schedules: rules that submit ordinary tasks, once for each slot, whatever beats run.

`turn` is what a beat does. The pages ask for the others; `fields` of `create`, `change`
and `draft` are `Fields`, and what is wrong with one raises InvalidInputError.
"""

from .beating import Beating
from .changing import change, create, remove, run_now, turn_off, turn_on
from .drafts import Fields, draft, usable
from .glances import NAME, glances
from .messages import submit_scheduled
from .reading import asked_of, readable
from .rules import slots_after
from .turn import turn
from .words import cron_of, rule_in_words

__all__ = [
    "NAME",
    "Beating",
    "Fields",
    "asked_of",
    "change",
    "create",
    "cron_of",
    "draft",
    "glances",
    "readable",
    "remove",
    "rule_in_words",
    "run_now",
    "slots_after",
    "submit_scheduled",
    "turn",
    "turn_off",
    "turn_on",
    "usable",
]
