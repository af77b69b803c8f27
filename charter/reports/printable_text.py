"""What paper can print: pictograms and letters that no font here has become words, never empty boxes.

Only our own families draw pictograms. A font of coloured ones would be another picture on each machine, and other
bytes each time; so what our families lack is named, and what they have is asked for as plain text.

Words written from right to left: what `dir="auto"` and <bdi> do in a browser, WeasyPrint is told outright.

Pictograms in words, for paper that has no font for them.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from shutil import which

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


FRENCH = {
    "😀": "visage rieur", "😁": "large sourire", "😂": "rire aux larmes", "🤣": "fou rire", "😃": "visage joyeux",
    "😄": "visage joyeux", "😅": "sourire gêné", "😆": "grand rire", "😉": "clin d’œil", "😊": "sourire",
    "😍": "yeux en cœur", "😎": "lunettes de soleil", "😏": "sourire en coin", "😐": "visage neutre",
    "😑": "visage sans expression", "😒": "visage blasé", "😓": "sueur froide", "😔": "visage pensif",
    "😕": "visage perplexe", "😟": "visage inquiet", "😠": "visage en colère", "😡": "visage furieux",
    "😢": "visage en larmes", "😤": "visage excédé", "😥": "visage déçu", "😩": "visage épuisé", "😫": "visage las",
    "😭": "gros chagrin", "😮": "visage étonné", "😱": "cri d’effroi", "😳": "visage gêné", "😴": "visage endormi",
    "🙁": "visage triste", "🙂": "léger sourire", "🙃": "sourire à l’envers", "🙄": "yeux au ciel", "🤔": "réflexion",
    "🤗": "accolade", "🤝": "poignée de main", "🤞": "doigts croisés", "🥰": "visage attendri", "🥳": "visage en fête",
    "🙏": "mains jointes", "🙌": "mains levées", "👌": "signe OK", "👍": "pouce levé", "👎": "pouce baissé",
    "👏": "applaudissements", "💪": "bras musclé", "👋": "salut de la main", "👀": "yeux", "👩": "femme", "👨": "homme",
    "❤": "cœur", "💔": "cœur brisé", "💙": "cœur bleu", "💚": "cœur vert", "💛": "cœur jaune", "🎉": "fête",
    "🎁": "cadeau", "🏆": "coupe", "⭐": "étoile", "🌟": "étoile brillante", "🔥": "feu", "💡": "ampoule",
    "⚡": "éclair", "✅": "coche", "❌": "croix", "❓": "point d’interrogation", "❗": "point d’exclamation",
    "⚠": "attention",
    "⏰": "réveil", "⏳": "sablier", "📞": "combiné", "☎": "téléphone", "📱": "portable", "💻": "ordinateur",
    "📧": "courriel", "📩": "courriel", "✉": "enveloppe", "📅": "calendrier", "📈": "courbe qui monte",
    "📉": "courbe qui descend", "📄": "page", "💶": "billet en euros", "💰": "sac d’argent", "🏠": "maison",
    "🏢": "immeuble", "🚗": "voiture", "🚀": "fusée", "💯": "cent", "👉": "doigt vers la droite", "🔴": "rond rouge",
    "🟠": "rond orange", "🟢": "rond vert",
}  # fmt: skip
_FLAG = 0x1F1E6


def sign_in_words(sign: str, language: str) -> str:
    """The name of a pictogram between brackets; in French of the usual ones, of others by their number."""
    code = ord(sign[0])
    if _FLAG <= code < _FLAG + 26:
        letters = "".join(chr(ord("A") + ord(one) - _FLAG) for one in sign)
        return f"[drapeau {letters}]" if language == "fr" else f"[flag {letters}]"
    number = f"U+{code:04X}"
    if language == "fr":
        return f"[{FRENCH.get(sign, f'signe {number}')}]"
    return f"[{unicodedata.name(sign, f'sign {number}').lower()}]"


def unprinted(count: int, language: str) -> str:
    """What stands for a run of letters that no font has."""
    if language == "fr":
        return f"[{count} signe{'s' if count > 1 else ''} sans police]"
    return f"[{count} sign{'s' if count > 1 else ''} without a font]"


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
