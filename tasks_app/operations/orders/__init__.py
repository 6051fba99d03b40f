"""Operations on orders that customers send as files."""

from . import processing as processing
