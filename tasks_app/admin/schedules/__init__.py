"""Schedules: the list, the page of each with its form, and the card of the dashboard.

What is asked for goes through `operations.schedules`.
"""

from . import registered as registered
from .card import schedules as schedules
