"""The day that a file's name or one of its cells tells of all its rows: a format, and the names of months in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

MONTHS: Mapping[int, tuple[str, ...]] = {
    1: ("january", "jan", "janvier", "janv"),
    2: ("february", "feb", "février", "fevrier", "févr", "fevr", "fév", "fev"),
    3: ("march", "mar", "mars"),
    4: ("april", "apr", "avril", "avr"),
    5: ("may", "mai"),
    6: ("june", "jun", "juin"),
    7: ("july", "jul", "juillet", "juil"),
    8: ("august", "aug", "août", "aout", "aoû"),
    9: ("september", "sept", "sep", "septembre"),
    10: ("october", "oct", "octobre"),
    11: ("november", "nov", "novembre"),
    12: ("december", "dec", "décembre", "decembre", "déc"),
}
"""By month what people call it, in English and French, whole and short, in small letters."""
_MONTH_OF = {name: month for month, names in MONTHS.items() for name in names}
NAME = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
"""Any name of a month, as a pattern: the longest first."""
_PARTS = {
    "Y": r"(?P<Y>[1-9][0-9]{3})",
    "y": r"(?P<y>[0-9]{2})",
    "m": r"(?P<m>0?[1-9]|1[0-2])",
    "d": r"(?P<d>0?[1-9]|[12][0-9]|3[01])",
    "B": rf"(?P<B>{NAME})\.?",
    "b": rf"(?P<b>{NAME})\.?",
    "%": "%",
}
_PIECE = re.compile(r"%(.)|%$|([^%]+)")


def pattern_of(written: str) -> re.Pattern[str] | None:
    """What a format like `%Y-%m` or `%B %Y` finds in a text; None for a format without a year, or of other letters.

    Parts: `%Y`, `%y` (2000 to 2068, then 1969 to 1999), `%m`, `%d`, `%B` and `%b` (a month's name, English or French).
    """
    found, used = "", set()
    for piece in _PIECE.finditer(written):
        letter, literal = piece.groups()
        if literal is not None:
            found += re.escape(literal)
        elif letter not in _PARTS or (letter in used and letter != "%"):
            return None
        else:
            found += _PARTS[letter]
            used.add(letter)
    has_year, months = len(used & {"Y", "y"}) == 1, used & {"m", "B", "b"}
    if not has_year or len(months) > 1 or ("d" in used and not months):
        return None
    return re.compile(rf"(?<![0-9A-Za-zÀ-ÿ]){found}(?![0-9A-Za-zÀ-ÿ])".replace(r"\ ", r"\s+"), re.IGNORECASE)


def dates_in(text: str, written: str) -> list[date]:
    """Each different day that a format finds in a text: without a day the first of the month, or of the year.

    >>> dates_in("waits_2025-03.csv", "%Y-%m"), dates_in("Mars 2025", "%B %Y")
    ([datetime.date(2025, 3, 1)], [datetime.date(2025, 3, 1)])
    """
    pattern = pattern_of(written)
    found = [] if pattern is None else [_date_of(match.groupdict()) for match in pattern.finditer(text)]
    return list(dict.fromkeys(day for day in found if day is not None))


def _date_of(parts: Mapping[str, str]) -> date | None:
    year = int(parts["Y"]) if "Y" in parts else year_of(int(parts["y"]))
    name = parts.get("B") or parts.get("b")
    month = _MONTH_OF[name.lower()] if name else int(parts.get("m", 1))
    try:
        return date(year, month, int(parts.get("d", 1)))
    except ValueError:
        return None


def year_of(two_digits: int) -> int:
    """A year of two digits, as POSIX reads it: 68 is 2068, 69 is 1969."""
    return two_digits + (2000 if two_digits < 69 else 1900)
