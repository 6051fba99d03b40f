"""JSON in a shape that people can read: facts, tables, and what is long folded away.

All is found out from the shape of the values and from their names, so that the result
of any operation is shown as well as those of ours.
"""

from .blocks import Block, parameters, result
from .links import links_of
from .names import named, worded

__all__ = ["Block", "links_of", "named", "parameters", "result", "worded"]
