"""Opening hours and working days in the reader's words: what a promise in working time rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from babel import Locale
from babel.dates import get_day_names

from charter.words.formats import NBSP, listed

_WHOLE = [[0, 1440]]
_MOST_UNITS = 5


def hours_sentence(told: Mapping[str, Any], language: str) -> str:
    """What a calendar opens, and whose public holidays it keeps (`charter_file.charter.CalendarTold`).

    `Open Monday to Friday 9:00–12:30 and 13:30–18:00, Saturday 9:00–12:00; closed on public holidays (France).`
    """
    week = week_words(told["week"], language)
    country, units = country_words(told["country"], language), told.get("units") or []
    where = listed([*units[:_MOST_UNITS], *["…"][: len(units) > _MOST_UNITS]], language)
    is_hours = any(hours and hours != _WHOLE for hours in told["week"])
    if language == "fr":
        begin = f"{'Heures ouvrées' if is_hours else 'Jours ouvrés'}{f' pour {where}' if units else ''}"
        return f"{begin}{NBSP}: {week}, hors jours fériés ({country})."
    begin = f"{'Working hours' if is_hours else 'Working days'}{f' at {where}' if units else ''}"
    return f"{begin}: {week}, except public holidays ({country})."


def week_words(week: Sequence[Sequence[Sequence[int]]], language: str) -> str:
    """The days that open with their hours, days alike together; hours from Monday on, in minutes from midnight."""
    names = weekdays(language)
    parts = []
    for hours, days in groupby(range(7), lambda day: [list(one) for one in week[day]]):
        run = list(days)
        if hours:
            parts.append(_days(names, run, language) + _hours(hours, language))
    return ", ".join(parts)


def country_words(code: str, language: str) -> str:
    """`France`, `France (57)`: the country of public holidays, with the part of it."""
    country, _, part = code.partition("-")
    name = Locale(language).territories.get(country, country)
    return f"{name} ({part})" if part else str(name)


def _days(names: Sequence[str], run: Sequence[int], language: str) -> str:
    first, last = names[run[0]], names[run[-1]]
    if len(run) == 1:
        return f"le {first}" if language == "fr" else first
    if len(run) == 2:
        return f"les {first} et {last}" if language == "fr" else f"{first} and {last}"
    return f"du {first} au {last}" if language == "fr" else f"{first} to {last}"


def opened_words(hours: Sequence[Sequence[int]], language: str) -> str:
    """The hours for which a single day is opened: `10:00–16:00`; nothing of a whole day."""
    return _hours([list(one) for one in hours], language).lstrip(" ")


def _hours(hours: list[list[int]], language: str) -> str:
    if hours == _WHOLE:
        return ""
    if language == "fr":
        return " " + listed([f"de {clock(first, 'fr')} à {clock(until, 'fr')}" for first, until in hours], "fr")
    return " " + listed([f"{clock(first, 'en')}–{clock(until, 'en')}" for first, until in hours], "en")


def clock(minutes: int, language: str) -> str:
    """A time of day: `9 h 30`, `9:30`."""
    hour, rest = divmod(minutes, 60)
    if language == "fr":
        return f"{hour}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hour}{NBSP}h"
    return f"{hour}:{rest:02d}"


def weekdays(language: str) -> list[str]:
    """The days of the week, Monday first: `lundi`, `Monday`."""
    names = get_day_names("wide", locale=language)
    return [str(names[day]) for day in range(7)]


def country_names(language: str) -> Mapping[str, str]:
    """The names of countries, by their codes of two letters."""
    return Locale.parse(language).territories
