"""The day that a file's name or one of its cells tells of all its rows: a format, and the names of months in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
_OF_NAMES = (
    *("%Y-%m-%d", "%Y_%m_%d", "%Y%m%d", "%d-%m-%Y", "%Y-%m", "%Y_%m", "%Y%m", "%m-%Y", "%m_%Y"),
    *("%B-%Y", "%B_%Y", "%B %Y", "%B%Y", "%Y-%B", "%Y_%B", "%Y %B"),
)
_OF_CELLS = ("%Y-%m-%d", "%d %B %Y", "%d/%m/%Y", "%B %Y", "%B-%Y", "%B-%y", "%Y-%m", "%m/%Y", "%Y %B")
_LONGEST_CELL, _LIKELY = 200, range(1950, 2100)
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


@dataclass(frozen=True)
class DayTold:
    """The day of all rows of a file, by the format in which its name tells it, or one of the cells above its rows."""

    day: date
    format: str
    cell: str = ""


def day_told(name: str, above: Sequence[Sequence[str]] = ()) -> DayTold | None:
    """Where a file without a column of dates may tell its day; None where nothing does. It is a guess.

    A month in the cells above the names is sooner what the rows are of than the name of the file, which may say when
    they were sent; unless these cells tell several.

    >>> day_told("waits_2025-03.csv"), day_told("waits.xlsx", [["Waits"], ["Month", "March 2025"]])
    (DayTold(day=datetime.date(2025, 3, 1), format='%Y-%m', cell=''), \
DayTold(day=datetime.date(2025, 3, 1), format='%B %Y', cell='B2'))
    """
    cells = list(_told_by_cells(above))
    if len({one.day for one in cells}) == 1:
        return cells[0]
    named = (DayTold(days[0], each) for each in _OF_NAMES if len(days := dates_in(name, each)) == 1)
    return next((one for one in named if one.day.year in _LIKELY), None)


def _told_by_cells(above: Sequence[Sequence[str]]) -> Iterator[DayTold]:
    for row, cells in enumerate(above, start=1):
        for column, text in enumerate(cells):
            for each in _OF_CELLS if len(text) <= _LONGEST_CELL else ():
                days = dates_in(text, each)
                if len(days) == 1:
                    yield DayTold(days[0], each, f"{letters_of(column)}{row}")
                if days:
                    break


def letters_of(column: int) -> str:
    """A column as workbooks name it; the first, A, is 0.

    >>> letters_of(0), letters_of(27)
    ('A', 'AB')
    """
    found = ""
    while column >= 0:
        found, column = chr(ord("A") + column % 26) + found, column // 26 - 1
    return found


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
