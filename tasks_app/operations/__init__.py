"""Commands that cause work, and the machinery that carries it out."""

from . import files as files  # registers their operations
from . import maintenance as maintenance
from . import orders as orders
