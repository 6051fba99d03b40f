"""The keeper counts what happened, once, so that nobody has to count it when asked."""

from .rollup import catch_up as catch_up
