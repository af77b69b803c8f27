"""What paper can print: pictograms and letters that no font here has become words, never empty boxes.

Only our own families draw pictograms. A font of coloured ones would be another picture on each machine, and other
bytes each time; so what our families lack is named, and what they have is asked for as plain text.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import lru_cache, partial
from shutil import which

from charter.words.signs import sign_in_words, unprinted

FONTS = ("Inter", "Open Sans", "DejaVu Sans")
"""The families of every page, in this order."""

AS_TEXT = "\ufe0e"
"""Asks for the plain form of the sign before it."""

_PICTOGRAMS = "\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_PICTOGRAM = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[{_PICTOGRAMS}]")
_JOINS = re.compile("(?<=[^\u0600-\u0dff])\u200d|[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What only changes the pictogram beside it: joints, skins, keys. A joint between letters of Asia is theirs."""
_FOREIGN = re.compile(
    "[\u0700-\u1dff\u2c00-\ud7ff\ue000-\ufdff\ufe20-\ufefe\U00010000-\U0001efff\U00020000-\U000e0fff]+"
)
"""Letters that our families may lack: Latin, Greek, Cyrillic, Hebrew and Arabic are drawn by DejaVu Sans."""

Covers = Callable[[int], bool]


def printable(html: str, language: str) -> str:
    """The page with every sign that would print as an empty box said in words."""
    if _PICTOGRAM.search(html) or _JOINS.search(html):
        html = _PICTOGRAM.sub(partial(_named, covers=_drawn_by(FONTS), language=language), _JOINS.sub("", html))
    if _FOREIGN.search(html):
        html = _FOREIGN.sub(partial(_told, covers=_drawn_by(None), language=language), html)
    return html


def _named(found: re.Match[str], *, covers: Covers, language: str) -> str:
    sign = found[0]
    return f"{sign}{AS_TEXT}" if len(sign) == 1 and covers(ord(sign)) else sign_in_words(sign, language)


def _told(found: re.Match[str], *, covers: Covers, language: str) -> str:
    """Runs of letters without a font by their number; other letters of the same run go with them."""
    lacking = sum(not covers(ord(one)) for one in found[0])
    return unprinted(len(found[0]), language) if lacking else found[0]


@lru_cache(maxsize=2)
def _drawn_by(families: tuple[str, ...] | None) -> Covers:
    """Whether one of the families, or any plain font here, has a sign; where nothing tells, ours have no pictogram."""
    if which("fc-list") is None:
        return lambda code: families is None
    asked = [":color=false"] if families is None else [f"{family}:color=false" for family in families]
    ranges: set[tuple[int, int]] = set()
    for one in asked:
        told = subprocess.run(["fc-list", "--format=%{charset}\n", one], capture_output=True, text=True, check=False)
        for part in told.stdout.split():
            low, _, high = part.partition("-")
            ranges.add((int(low, 16), int(high or low, 16)))
    found = sorted(ranges)
    return lambda code: any(low <= code <= high for low, high in found)
