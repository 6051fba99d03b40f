"""Schedules: rules that submit ordinary tasks, once for each slot, whatever beats run.

`turn` is what a beat does. The pages ask for the others; `fields` of `create`, `change`
and `draft` are `Fields`, and what is wrong with one raises InvalidInputError.
"""

from .beating import Beating
from .changing import change, create, remove, run_before, run_now, turn_off, turn_on
from .drafts import Fields, draft, preview, usable
from .glancing import NAME, Glance, glances
from .messages import submit_scheduled
from .reading import asked_of, readable
from .rules import complaint, first_after, slots_after
from .turn import turn
from .words import cron_of, rule_in_words, zone_of

__all__ = [
    "NAME",
    "Beating",
    "Fields",
    "Glance",
    "asked_of",
    "change",
    "complaint",
    "create",
    "cron_of",
    "draft",
    "first_after",
    "glances",
    "preview",
    "readable",
    "remove",
    "rule_in_words",
    "run_before",
    "run_now",
    "slots_after",
    "submit_scheduled",
    "turn",
    "turn_off",
    "turn_on",
    "usable",
    "zone_of",
]
