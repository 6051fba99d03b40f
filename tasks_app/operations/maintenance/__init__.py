"""Operations that keep the installation itself in order."""

from . import pruning as pruning
