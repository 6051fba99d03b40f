"""Operations that keep the installation itself in order."""

from . import bulk as bulk
from . import pruning as pruning
