"""Words written from right to left: what `dir="auto"` and <bdi> do in a browser, WeasyPrint is told outright."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r'(?P<mark> dir="auto"|(?<=<bdi))>(?P<words>[^<]*)')
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def direction_of(words: str) -> str:
    """`rtl` where the first letter that has a direction is written from right to left, else `ltr`."""
    for letter in words if _RIGHT_TO_LEFT.search(words) else "":
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def directed(html: str) -> str:
    """The page with the direction of each text that people wrote, line by line where they go both ways."""
    return _WORDS.sub(_one, html)


def _one(found: re.Match[str]) -> str:
    words = found["words"]
    if "\n" not in words or not _RIGHT_TO_LEFT.search(words):
        return f' dir="{direction_of(words)}">{words}'
    lines = (f'<span class="own-line" dir="{direction_of(line)}">{line}</span>' for line in words.split("\n"))
    return f">{''.join(lines)}"
