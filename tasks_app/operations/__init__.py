"""Commands that cause work, and the machinery that carries it out."""

from . import contracts as contracts  # registers their operations
from . import files as files
from . import maintenance as maintenance
from . import orders as orders
from . import schedules as schedules
