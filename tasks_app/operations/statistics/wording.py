"""An error without what differs from one time to the next, so that alike is equal.

What was there is still told: “Row 17: 'abc' is no date” is “Row #: “…” is no date”.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 300  # characters of the result

# In this order: what is quoted may hold all the others, a time is made of numbers.
PLACEHOLDERS: Final = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (
            r"“[^”]*”|«[^»]*»|\"[^\"]*\"|`[^`]*`|\u2018[^\u2019]*\u2019|„[^“”]*[“”]",
            "“…”",
        ),
        (r"(?<!\w)'[^']*'(?!\w)", "“…”"),  # and no apostrophe
        (r"\b[a-z][a-z0-9+.-]{1,20}://\S+", "<address>"),
        (r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}", "<address>"),
        (r"(?<![\w/])(?:[A-Za-z]:)?(?:[\\/][\w.@~+-]+){2,}[\\/]?", "<path>"),
        (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "<id>"),
        (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?", "<time>"),
        (r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b", "<time>"),
        (r"\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b", "<time>"),
        (r"\b0x[0-9a-fA-F]+\b", "<id>"),
        (r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}\b", "<id>"),
        (r"(?<![\w#])[-+]?\d+(?:[.,' ]\d+)*", "#"),
        (r"#(?:\s?[,;/x-]\s?#)+", "#"),  # a list of numbers, however long
        (r"\s+", " "),
    )
)


def without_details(message: str) -> str:
    """Return the first line of an error with placeholders for its details."""
    text = message.strip().partition("\n")[0]
    for pattern, placeholder in PLACEHOLDERS:
        text = pattern.sub(placeholder, text)
    return text.strip()[:LONGEST]
