"""Beside each figure of the desk: the same period of the year before, and the year to date, from what was read."""

from __future__ import annotations

from typing import Any

from charter.domain.beside import Part, ToDate, to_date
from charter.domain.charter_file.indicators import Indicator, Rate
from charter.domain.measures import Number
from charter.domain.monthly import IndicatorView
from charter.domain.periods import Period, parse_period, period_at, year_before
from charter.domain.terms import PeriodKind, Status
from charter.services import steps
from charter.services.recent import Recent


def beside(figures: Recent, month: Period, indicator: Indicator, view: IndicatorView) -> dict[str, Any]:
    """`before`: period, value and change of the year before, or None; `to_date`: the year of the month asked for.

    A changed definition between then and now is no comparison: `is_other` says so in its place.
    """
    shown = parse_period(view["period"])
    return {"before": _before(figures, shown, indicator, view), "to_date": _to_date(figures, month, shown, indicator)}


def _before(figures: Recent, shown: Period, indicator: Indicator, view: IndicatorView) -> dict[str, Any] | None:
    then = year_before(shown)
    row = figures.readings.get((indicator.key, then.key)) if then is not None else None
    now = figures.readings.get((indicator.key, shown.key))
    if then is None or row is None:
        return None
    value = steps.value_at(row, now) if now is not None else row.value
    if value is None:
        return None
    is_other = row.definition_hash != now.definition_hash if now is not None else False
    change = None if is_other or view["value"] is None else view["value"] - value
    return {"period": then.key, "value": value, "status": row.status, "change": change, "is_other": is_other}


def _to_date(figures: Recent, month: Period, shown: Period, indicator: Indicator) -> ToDate | None:
    year = period_at(PeriodKind.YEAR, month.start)
    periods = [period for period in _back(figures, shown, indicator) if year.contains(period.start)]
    now = figures.readings.get((indicator.key, shown.key))
    parts = [_part(figures, indicator, period, now) for period in periods[::-1]]
    return to_date(indicator.kind, parts, indicator.per if isinstance(indicator, Rate) else 1)


def _back(figures: Recent, shown: Period, indicator: Indicator) -> list[Period]:
    """The periods back from the one shown, as far as a year goes."""
    length = {PeriodKind.DAY: 366, PeriodKind.WEEK: 53}.get(indicator.period, 12)
    return list(figures.back_from(shown, length))


def _part(figures: Recent, indicator: Indicator, period: Period, now: Any) -> Part:
    row = figures.readings.get((indicator.key, period.key))
    if row is None:
        return Part(period.key)
    value: float | None = row.value
    numerator: Number | None = row.numerator
    if row.steps and now is not None and now.steps:
        delay = now.steps[now.shown or 0]["delay"]
        same = next((step for step in row.steps if step["delay"] == delay), None)
        value, numerator = (same["value"], same["numerator"]) if same else (None, None)
    return Part(
        period.key,
        value,
        numerator,
        row.denominator,
        is_break=bool(row.is_break),
        is_weighted=row.effective_n is not None,
        is_kept=row.status == Status.KEPT,
    )
