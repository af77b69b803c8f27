"""How numbers, dates and periods are written for people, in French and English.

The spaces and signs of printed French, and how words in two languages are chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.dates import get_month_names
from babel.numbers import get_currency_symbol

from charter.domain.vocabulary.counts import at_decimals, decimals_apart
from charter.domain.vocabulary.periods import first_month, parse_period
from charter.domain.vocabulary.terms import Kind

THIN = "\u202f"
"""Narrow no-break space: before ; ? ! %, inside guillemets, between thousands."""

NBSP = "\u00a0"
"""No-break space: before a colon, between a number and its unit."""

MINUS = "\u2212"

_BEFORE_SIGN = re.compile(r"[ \u00a0](?=[;?!%»])")
_AFTER_GUILLEMET = re.compile(r"(?<=«)[ \u00a0]")
_BEFORE_COLON = re.compile(r"[ \u202f](?=:(?:\s|$))")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def french(text: str) -> str:
    """The same words with the no-break spaces and the apostrophe of French; nothing is added where no space stood."""
    text = _BEFORE_SIGN.sub(THIN, text)
    text = _AFTER_GUILLEMET.sub(THIN, text)
    text = _BEFORE_COLON.sub(NBSP, text)
    return _APOSTROPHE.sub("\u2019", text)


def quoted(text: str, language: str) -> str:
    """The text between the quotation marks of the language."""
    return f"«{THIN}{text}{THIN}»" if language == "fr" else f"\u201c{text}\u201d"


def text_in(words: Mapping[str, str | None] | str | None, language: str) -> str:
    """The words in that language, else in the other; a plain string stands for both."""
    if not words:
        return ""
    if isinstance(words, str):
        return words
    other = "en" if language == "fr" else "fr"
    chosen = words.get(language)
    if chosen:
        return french(chosen) if language == "fr" else chosen
    spare = words.get(other) or ""
    return french(spare) if other == "fr" else spare


def listed(parts: Sequence[str], language: str) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'et' if language == 'fr' else 'and'} {parts[-1]}"


Figure = float | int | Decimal
NONE = "\u2013"
"""What stands where there is no figure: a dash, never a zero."""

MOST_DECIMALS = 4
LONGEST_LEVEL = 8
"""Decimals of a level as people write one; what has more is reckoned, and rounded."""
_WHOLE_KINDS = {Kind.COUNT.value, Kind.NPS.value}
_SHARE_KINDS = {kind.value for kind in Kind if kind.is_share}


def format_number(value: Figure, language: str, decimals: int = 0) -> str:
    """A number with thin thousands, the decimal sign of the language, and a true minus."""
    number = at_decimals(Decimal(str(value)), decimals)
    whole, _, rest = f"{abs(number):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN if language == "fr" else ",")
    written = grouped + (("," if language == "fr" else ".") + rest if rest else "")
    return f"{MINUS if number < 0 else ''}{written}"


Levels = Mapping[str, Any] | Sequence[Any] | Figure | None
"""What a figure is read against: a level, a view that holds levels (target, tolerance…), or several of both."""

_FINEST = 12
"""Decimals of a figure: beyond, it is what binary fractions make of it."""


def _marks(against: Levels) -> tuple[Decimal, ...]:
    """The levels that a figure must not seem to have reached, nor to have lost."""
    if isinstance(against, Mapping):
        return _marks_of(*map(against.get, ("target", "tolerance", "direction", "unacceptable", "exceeds")))
    if isinstance(against, Sequence):
        return tuple(mark for one in against for mark in _marks(one))
    return () if against is None else (Decimal(str(against)),)


@lru_cache(maxsize=1024)
def _marks_of(target: Any, tolerance: Any, direction: Any, *others: Any) -> tuple[Decimal, ...]:
    sign = -1 if direction == "lower" else 1
    edge = Decimal(str(target)) - sign * Decimal(str(tolerance)) if target is not None and tolerance else None
    return tuple(Decimal(str(one)) for one in (target, edge, *others) if one is not None)


def format_count(value: Figure | None, language: str) -> str:
    """Whole cases: `18 230`."""
    return NONE if value is None else format_number(value, language)


def format_cases(value: Figure | None, case: Mapping[str, Mapping[str, str]] | None, language: str) -> str:
    """So many of what is counted, in the charter's own word where it has one: `1,261 flights`; else `1,261 cases`."""
    if value is None:
        return NONE
    is_one = -2 < value < 2 if language == "fr" else value == 1
    named = case or {"one": {"en": "case", "fr": "cas"}, "many": {"en": "cases", "fr": "cas"}}
    return f"{format_count(value, language)} {text_in(named['one' if is_one else 'many'], language)}"


def is_share(kind: str, value: Figure | None = None) -> bool:
    """Kinds printed in per cent; a composite is one when its parts are shares, so that its value is within 0..1."""
    return kind in _SHARE_KINDS or (kind == Kind.COMPOSITE and value is not None and 0 <= value <= 1)


def _percent(number: str, language: str) -> str:
    return f"{number}{THIN}%" if language == "fr" else f"{number}%"


def format_value(value: Figure | None, kind: str, language: str, against: Levels = None) -> str:
    """A measured value by its kind: `84,2 %`, `+12`, `4,2`. It never rounds onto or past a level that it did not reach.

    `against`: the levels it is read beside. A share that is neither none nor all is never written 0 % or 100 %.
    """
    if value is None:
        return NONE
    currency = against.get("currency") if isinstance(against, Mapping) else None
    return _written(value, kind, language, _marks(against), currency)


@lru_cache(maxsize=4096)  # a page writes one figure in a table, a chart and a sentence
def _written(value: Figure, kind: str, language: str, marks: Sequence[Decimal], currency: str | None) -> str:
    exact = at_decimals(Decimal(str(value)), _FINEST)
    if is_share(kind, value):
        shown, marks = exact * 100, [*(mark * 100 for mark in marks), Decimal(0), Decimal(100)]
        return _percent(format_number(shown, language, decimals_apart(shown, 1, marks)), language)
    if kind == Kind.MONEY:
        shown, marks = exact / 100, [mark / 100 for mark in marks]
        number = format_number(shown, language, decimals_apart(shown, 2, marks))
        return with_currency(number, currency, language)
    is_whole = kind in _WHOLE_KINDS or (kind == Kind.SUM and exact == exact.to_integral_value())
    fewest = 2 if kind == Kind.RATE and abs(exact) < 10 else 0 if is_whole else 1
    number = format_number(exact, language, decimals_apart(exact, fewest, marks))
    return f"+{number}" if kind == Kind.NPS and exact > 0 else number


def format_money(cents: Figure | None, currency: str | None, language: str) -> str:
    """An amount of cents with its currency: `65,00 €`, `€65.00`; without one, the number alone."""
    if cents is None:
        return NONE
    return with_currency(format_number(Decimal(str(cents)) / 100, language, 2), currency, language)


def with_currency(number: str, currency: str | None, language: str) -> str:
    """A written amount with the sign of its currency, before or after it as the language writes it."""
    if not currency:
        return number
    sign = str(get_currency_symbol(currency, locale=language))
    if language == "fr" or sign.isalpha():
        return f"{number}{NBSP}{sign}"
    return f"{MINUS}{sign}{number[1:]}" if number.startswith(MINUS) else f"{sign}{number}"


def format_level(value: Figure | None, kind: str, language: str) -> str:
    """A level chosen by people (target, threshold): `80 %`, `99,5 %`, `4,2`; no needless decimals."""
    if value is None:
        return NONE
    exact = Decimal(str(value)) * (100 if is_share(kind, value) else 1)
    if kind == Kind.MONEY:
        return format_value(value, kind, language)
    places = max(-int(exact.normalize().as_tuple().exponent), 0)
    places = places if places <= LONGEST_LEVEL else MOST_DECIMALS
    number = format_number(exact, language, places)
    if is_share(kind, value):
        return _percent(number, language)
    return f"+{number}" if kind == Kind.NPS and exact > 0 else number


def format_points(difference: Figure | None, kind: str, language: str) -> str:
    """A change, signed: `+0,8` (points of per cent for shares), `=` when it rounds to nothing, a dash for none."""
    if difference is None:
        return NONE
    if kind == Kind.MONEY:
        scale = Decimal("0.01")
    else:
        scale = Decimal(100) if kind in _SHARE_KINDS or kind == Kind.COMPOSITE else Decimal(1)
    decimals = 0 if kind in (Kind.COUNT, Kind.MONEY) else 1
    shown = at_decimals(Decimal(str(difference)) * scale, decimals)
    if shown == 0:
        return "="
    return f"{'+' if shown > 0 else ''}{format_number(shown, language, decimals)}"


def format_points_with_unit(difference: Figure | None, kind: str, language: str) -> str:
    """The same with its unit, where it stands alone: `+0,8 point`, `−4,0 points`."""
    shown = format_points(difference, kind, language)
    if difference is None or shown == "=" or kind not in _SHARE_KINDS:
        return shown
    is_one = language == "fr" and abs(Decimal(str(difference))) * 100 < Decimal("1.95")
    return f"{shown}{NBSP}{'point' if is_one else 'points'}"


def format_interval(interval: Sequence[float] | None, kind: str, language: str, against: Levels = None) -> str:
    """`83,7 % à 84,7 %`; an end never rounds onto or past a level either."""
    if not interval:
        return NONE
    low, high = (format_value(end, kind, language, against) for end in interval)
    return f"{low} {'à' if language == 'fr' else 'to'} {high}"


def as_date(day: date | str) -> date:
    """A date from a date or ISO text (the date of an instant is its first ten signs)."""
    return day if isinstance(day, date) else date.fromisoformat(day[:10])


def _french_day(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def format_date(day: date | str | None, language: str) -> str:
    """`5 novembre 2026`, `1er octobre 2026`, `5 November 2026`."""
    if not day:
        return NONE
    day = as_date(day)
    first = _french_day(day) if language == "fr" else str(day.day)
    month = get_month_names("wide", locale=language)[day.month]
    return f"{first}{NBSP}{month}{NBSP}{day.year}"


def format_day_month(day: date | str | None, language: str) -> str:
    """A date without its year: `3 décembre`."""
    return format_date(day, language).rpartition(NBSP)[0] if day else NONE


def format_short_date(day: date | str | None, language: str) -> str:
    """For tables: `05/11/2026`, `5 Nov 2026`."""
    if not day:
        return NONE
    pattern = "dd/MM/y" if language == "fr" else f"d{NBSP}MMM{NBSP}y"
    return str(babel_date(as_date(day), pattern, locale=language))


def as_instant(instant: datetime | str, timezone: str) -> datetime:
    """An aware instant in the organisation's zone; raises ValueError for one without a zone."""
    moment = instant if isinstance(instant, datetime) else datetime.fromisoformat(instant)
    if moment.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return moment.astimezone(ZoneInfo(timezone))


def format_time(moment: datetime, language: str) -> str:
    """`8 h`, `8 h 05`; `08:05`."""
    if language != "fr":
        return f"{moment:%H:%M}"
    return f"{moment.hour}{NBSP}h" + (f"{NBSP}{moment:%M}" if moment.minute else "")


def format_instant(instant: datetime | str | None, timezone: str, language: str) -> str:
    """`5 novembre 2026, 8 h`."""
    if not instant:
        return NONE
    moment = as_instant(instant, timezone)
    return f"{format_date(moment.date(), language)}, {format_time(moment, language)}"


def format_short_instant(instant: datetime | str | None, timezone: str, language: str) -> str:
    """For tables: `05/11/2026 8 h`."""
    if not instant:
        return NONE
    moment = as_instant(instant, timezone)
    return f"{format_short_date(moment.date(), language)} {format_time(moment, language)}"


_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:W(?P<week>\d\d)|Q(?P<quarter>[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?")


def format_period(key: str | None, language: str) -> str:
    """The name of a period: `octobre 2026`, `semaine 41 de 2026`, `4e trimestre 2026`, `2026`, `5 octobre 2026`."""
    if not key:
        return NONE
    found = _PERIOD.fullmatch(key)
    if found is None:
        raise ValueError(f"{key} is not a period: write 2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05")
    year = found["year"]
    if found["day"]:
        return format_date(key, language)
    if found["month"]:
        return f"{get_month_names('wide', locale=language)[int(found['month'])]}{NBSP}{year}"
    if found["week"]:
        week = int(found["week"])
        return f"semaine{NBSP}{week} de{NBSP}{year}" if language == "fr" else f"week{NBSP}{week} of{NBSP}{year}"
    if found["quarter"]:
        number = found["quarter"]
        name = f"Q{number}{NBSP}{year}"
        if language == "fr":
            name = f"{number}{'er' if number == '1' else 'e'}{NBSP}trimestre{NBSP}{year}"
        return name + _months_in(key, language)
    return year + _months_in(key, language)


def in_period(key: str | None, language: str) -> str:
    """When something was so: `en octobre 2026`, `le 8 septembre 2026`, `en semaine 41 de 2026`, `on 8 September`."""
    name = format_period(key, language)
    if key and key.count("-") == 2:
        return f"le {name}" if language == "fr" else f"on {name}"
    if language == "fr":
        return f"au {name}" if key and "-Q" in key else f"en {name}"
    return f"in {name}"


def the_period(key: str | None, language: str) -> str:
    """A period after a preposition: `pour octobre 2026`, `depuis le 8 septembre 2026`, `pour la semaine 41`."""
    name = format_period(key, language)
    if language != "fr" or not key:
        return name
    return f"le {name}" if key.count("-") == 2 or "-Q" in key else f"la {name}" if "-W" in key else name


def _months_in(key: str, language: str) -> str:
    """The months of a year or quarter that is not that of the calendar: ` (April 2026–March 2027)`."""
    if first_month() == 1:
        return ""
    period = parse_period(key)
    first, last = period.start.isoformat()[:7], period.end.isoformat()[:7]
    return f" ({format_period(first, language)}–{format_period(last, language)})"


def format_month(key: str | None, language: str) -> str:
    """A month without its year, for a greeting: `octobre`; other periods in full."""
    if key and re.fullmatch(r"\d{4}-\d\d", key):
        return str(get_month_names("wide", locale=language)[int(key[5:])])
    return format_period(key, language)
