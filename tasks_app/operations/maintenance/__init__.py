"""Operations that keep the installation itself in order."""

from . import bulk as bulk
from . import lifetimes as lifetimes
from . import pruning as pruning
from . import registered as registered
