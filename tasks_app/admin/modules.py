"""The modules a page will ask for, so that it can ask for all of them at once.

A browser learns what a module imports when it has read it: without being told, a page
waits for one round trip after the other, as deep as the imports go.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from django.contrib.staticfiles.finders import find
from django.templatetags.static import static

FIRST: Final = "js/main.js"
IMPORT: Final = re.compile(r'^(?:import|export)\b[^;"]*"(\./[^"]+)";', re.MULTILINE)


@lru_cache(maxsize=1)
def addresses() -> tuple[str, ...]:
    """Return where everything is that the first module imports, nearest first."""
    names = [FIRST]
    for name in names:  # grows on the way
        names += [each for each in _imports(name) if each not in names]
    return tuple(static(name) for name in names[1:])


def _imports(name: str) -> list[str]:
    path = find(name)
    if path is None:
        return []
    text = Path(path).read_text(encoding="utf-8")
    folder = PurePosixPath(name).parent
    return list(dict.fromkeys(str(folder / each) for each in IMPORT.findall(text)))
