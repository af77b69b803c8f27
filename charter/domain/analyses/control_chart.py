"""A table of periods and values, as `analyse spc` reads it: checked line by line, put in order, its gaps seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import isfinite
from typing import Any

from charter.domain.statistics.chart_kinds import Measured, cases_of
from charter.domain.statistics.chart_reading import bounds_of, read_chart, why_not_drawable
from charter.domain.statistics.control_chart import Better, Dots, plot_the_dots
from charter.domain.statistics.control_chart_signals import Value
from charter.domain.statistics.seasons import YEAR
from charter.domain.vocabulary.errors import Invalid, Sentence
from charter.domain.vocabulary.periods import Period, period_at
from charter.domain.vocabulary.terms import Direction, Kind, PeriodKind

Row = tuple[str, str | float | int | Decimal | None]

_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?")
_MISSING = {"", "na", "nan", "null", "none"}
_MOST_GAPS = 20_000
_KINDS: dict[str, PeriodKind] = {kind.value: kind for kind in PeriodKind}


def analyse(
    rows: Sequence[Row],
    direction: Better,
    *,
    target: float | None = None,
    rebase: Iterable[str] = (),
    fix_after: int | None = None,
    screen: bool = True,
) -> dict[str, Any]:
    """The chart of a table in the shape of the contract's `analyse spc`; limits and labels are the published method's
    (except that limits never collapse onto the mean because every move was screened).

    Rows may come in any order. A period that is missing between two others is added without a value: it breaks runs
    and is never zero. `drawable` and `reason` say whether the chart should be shown (12 points, 3 moves).
    Raises Invalid, naming the line, for what is not a period, not a number, a repeated period, or periods of
    different lengths; and for a rebase that is none of the periods.
    """
    if direction not in ("increase", "decrease", "neutral"):
        raise Invalid("direction is increase, decrease or neutral, not '%(given)s'", "direction", given=direction)
    starts, values = _in_order(rows)
    groups = {_rebase_period(text, starts) for text in rebase}
    rules: dict[str, Any] = {"rebase": groups, "fix_after": fix_after, "screen": screen, "collapse": False}
    periods = [start.text for start in starts]
    dots = plot_the_dots(periods, values, better=direction, target=target, **rules)
    last = [value for value, group in zip(values, dots.group, strict=True) if group == dots.group[-1]]
    reason = why_not_drawable(last)
    return {
        "points": [_point(period, values[at], dots, at) for at, period in enumerate(periods)],
        "variation": dots.variation,
        "assurance": dots.assurance,
        "drawable": reason is None,
        "reason": reason,
    }


def analyse_fitted(
    rows: Sequence[Mapping[str, Any]], direction: Direction, kind: Kind, *, target: float | None, rebase: Iterable[str]
) -> dict[str, Any]:
    """The chart that pages draw of a table with period, value and, of cases, numerator and denominator: the kind that
    its numbers of cases ask for, the season taken out, rare events by their chance. Raises Invalid as `analyse` does.
    """
    found = periods_and_values([(row["period"], row["value"]) for row in rows])
    names = [name for name in ("numerator", "denominator") if rows and name in rows[0]]
    counts = {name: dict(periods_and_values([(row["period"], row[name]) for row in rows])) for name in names}
    cases = [
        cases_of(kind, value, *(counts.get(name, {}).get(period) for name in ("numerator", "denominator")))
        for period, value in found
    ]
    groups = {period.key for period, _ in found for text in rebase if period_at(period.kind, _day(text)) == period}
    reading = read_chart(
        [(period.key, value) for period, value in found],
        direction=direction,
        target=target,
        bounds=bounds_of(kind),
        rebase=groups,
        measured=Measured(kind, YEAR.get(found[0][0].kind, 0), cases),
    )
    return asdict(reading)


def _day(text: str) -> date:
    return _start(text, Sentence("rebase")).day


def _point(period: str, value: Value, dots: Dots, at: int) -> dict[str, Any]:
    limits = dots.limits[at]
    return {
        "period": period,
        "value": value,
        "mean": limits.mean,
        "lower": limits.lower,
        "upper": limits.upper,
        "label": dots.label[at],
        "type": dots.type[at],
    }


@dataclass(frozen=True, order=True)
class _Start:
    """A period as it was written, with its first day and the kind of its writing."""

    day: date
    kind: str
    text: str


def periods_and_values(rows: Sequence[Row]) -> list[tuple[Period, Value]]:
    """A table of periods and values in order, gaps filled with None; days that are all first of a month are months.

    Raises Invalid, naming the line, as `analyse` does.
    """
    starts, values = _in_order(rows)
    kind = _KINDS.get(_step(starts) or "day", PeriodKind.DAY)
    return [(period_at(kind, start.day), value) for start, value in zip(starts, values, strict=True)]


def _in_order(rows: Sequence[Row]) -> tuple[list[_Start], list[Value]]:
    """The periods in order with their values, gaps filled with None."""
    seen: dict[_Start, Value] = {}
    days: dict[date, int] = {}
    for line, (text, given) in enumerate(rows, 2):
        start = _start(text, Sentence("line %(line)s", line=line))
        if start.day in days:
            raise Invalid(
                "line %(line)s: %(period)s stands already on line %(first)s; keep one",
                "period",
                line=line,
                period=text,
                first=days[start.day],
            )
        days[start.day] = line
        seen[start] = _number(given, line)
    if not seen:
        raise Invalid("the file holds no row; give at least one period with a value", "period")
    if len({start.kind for start in seen}) > 1:
        raise Invalid("the periods are written in different ways; write all as 2026-10, or all as days", "period")
    starts = _without_gaps(sorted(seen))
    return starts, [seen.get(start) for start in starts]


def _start(text: str, where: Sentence) -> _Start:
    written = _WRITTEN.fullmatch(str(text).strip())
    try:
        if written is None:
            raise ValueError(text)
        year, quarter, week, month, day = (None if part is None else int(part) for part in written.groups())
        if quarter:
            return _Start(date(year or 0, 3 * quarter - 2, 1), "quarter", written[0])
        if week is not None:
            return _Start(date.fromisocalendar(year or 0, week, 1), "week", written[0])
        kind = "year" if month is None else "month" if day is None else "day"
        return _Start(
            date(year or 0, month or 1 if month is None else month, 1 if day is None else day), kind, written[0]
        )
    except ValueError:
        raise Invalid(
            "%(where)s: '%(text)s' is not a period; write 2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05",
            "period",
            where=where,
            text=text,
        ) from None


def _number(given: str | float | int | Decimal | None, line: int) -> Value:
    """A finite number, or None for an empty field."""
    if given is None or (isinstance(given, str) and given.strip().lower() in _MISSING):
        return None
    try:
        number = float(Decimal(given.strip())) if isinstance(given, str) else float(given)
    except (InvalidOperation, ValueError):
        raise Invalid(
            "line %(line)s: '%(given)s' is not a number; leave it empty where nothing was measured",
            "value",
            line=line,
            given=given,
        ) from None
    if not isfinite(number):
        return None if number != number else _refuse(given, line)
    return number


def _refuse(given: object, line: int) -> Value:
    raise Invalid("line %(line)s: %(given)s is not a finite number", "value", line=line, given=given)


def _rebase_period(text: str, starts: Sequence[_Start]) -> str:
    wanted = _start(text, Sentence("rebase")).day
    for start in starts:
        if start.day == wanted:
            return start.text
    raise Invalid(
        "rebase %(text)s is not one of the periods of the file; give the first period of the new limits",
        "rebase",
        text=text,
    )


def _without_gaps(starts: list[_Start]) -> list[_Start]:
    """The same periods with those that are missing between them, written alike."""
    step = _step(starts)
    if step is None:
        return starts
    filled = starts[:1]
    for start in starts[1:]:
        while (expected := _after(filled[-1].day, step)) < start.day and len(filled) < _MOST_GAPS:
            filled.append(_Start(expected, start.kind, _written(expected, start.kind)))
        filled.append(start)
    return filled


def _step(starts: Sequence[_Start]) -> str | None:
    """The length of the periods: as written, or for days what all of them have in common."""
    kind, days = starts[0].kind, [start.day for start in starts]
    if kind != "day":
        return kind
    if len(days) < 3:
        return None
    if all(day.day == 1 for day in days):
        months = {day.month for day in days}
        return "year" if len(months) == 1 else "quarter" if months <= {1, 4, 7, 10} else "month"
    if len({day.weekday() for day in days}) == 1:
        return "week"
    if 1 in {(after - before).days for before, after in pairwise(days)}:
        return "weekday" if all(day.weekday() < 5 for day in days) else "day"
    return None


def _after(day: date, step: str) -> date:
    """The first day of the next period."""
    if step in ("year", "quarter", "month"):
        months = {"year": 12, "quarter": 3, "month": 1}[step]
        past = day.month - 1 + months
        return date(day.year + past // 12, past % 12 + 1, 1)
    if step == "week":
        return day + timedelta(days=7)
    return day + timedelta(days=3 if step == "weekday" and day.weekday() == 4 else 1)


def _written(day: date, kind: str) -> str:
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    writings = {"year": "%Y", "quarter": f"%Y-Q{(day.month + 2) // 3}", "month": "%Y-%m", "day": "%Y-%m-%d"}
    return day.strftime(writings[kind])
