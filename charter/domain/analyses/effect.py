"""Whether an action worked, from a table of periods and values: what `analyse effect` answers, and its placebo.

A placebo is an action that never was: judged at every period that allows it, it says how often the rule finds an effect
in a series where nobody did anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.domain.actions.effect import Around, Effect, PeriodFigure, judge_effect
from charter.domain.analyses.control_chart import periods_and_values
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period, parse_period, period_at
from charter.domain.vocabulary.terms import Direction, EffectVerdict


@dataclass(frozen=True)
class Series:
    """The periods of a table with their values, and their cases where the table has them."""

    periods: tuple[Period, ...]
    figures: tuple[PeriodFigure, ...]
    is_share: bool

    def period(self, text: str, field: str) -> Period:
        """The period of the series that holds a period as it is written. Raises Invalid."""
        wanted = parse_period(text)
        found = period_at(self.periods[0].kind, wanted.start)
        if found not in self.periods:
            raise Invalid(
                "%(text)s is not one of the periods of the file, %(first)s to %(last)s.",
                field,
                text=text,
                first=self.periods[0].key,
                last=self.periods[-1].key,
            )
        return found


def series_of(rows: Sequence[Mapping[str, Any]]) -> Series:
    """The series of a table with period and value, or period, numerator and denominator. Raises Invalid.

    With values, `share_of` are the cases that they are shares of, and `definition` tells how each was measured.
    """
    if rows and "value" in rows[0]:
        found = periods_and_values([(row["period"], row["value"]) for row in rows])
        of = dict(periods_and_values([(row["period"], row.get("share_of") or None) for row in rows]))
        measured = {parse_period(row["period"]): row["definition"] or None for row in rows if row.get("definition")}
        known = [(at, value) for at, value in found if value is not None]
        figures = [PeriodFigure(at.key, value, of[at], measured.get(at)) for at, value in known]
        return Series(tuple(at for at, _ in found), tuple(figures), is_share="share_of" in rows[0])
    met = periods_and_values([(row["period"], row["numerator"]) for row in rows])
    all_ = dict(periods_and_values([(row["period"], row["denominator"]) for row in rows]))
    shares = [
        PeriodFigure(period.key, value / cases, cases)
        for period, value in met
        if value is not None and (cases := all_[period]) is not None and _is_positive(cases, period)
    ]
    return Series(tuple(period for period, _ in met), tuple(shares), is_share=True)


def _is_positive(cases: float, period: Period) -> bool:
    if cases < 0:
        raise Invalid("%(period)s: the denominator is below zero.", "denominator", period=period)
    return cases > 0


@dataclass(frozen=True)
class Action:
    """An action as it is written on the command line: periods of the series."""

    done: str
    begun: str | None = None
    triggered: Sequence[str] = ()


def analyse_effect(series: Series, action: Action, direction: Direction) -> Effect:
    """What the series says of one action. Raises Invalid: a period that it lacks, an end before the beginning."""
    done = series.period(action.done, "done")
    begun = done if action.begun is None else series.period(action.begun, "begun")
    if done < begun:
        raise Invalid("The action was done before it began: %(done)s, %(begun)s.", "done", done=done, begun=begun)
    triggered = {series.period(text, "triggered").key for text in action.triggered}
    return judge_effect(series.figures, direction, Around(begun.start, done.end, triggered), is_share=series.is_share)


@dataclass(frozen=True)
class Placebo:
    """At how many periods an action can be judged, and how often the rule says better or worse."""

    tried: int
    better: int
    worse: int


def placebo(series: Series, direction: Direction) -> Placebo:
    """An action that began and ended in each period in turn."""
    found = [
        judge_effect(series.figures, direction, Around(one.start, one.end), is_share=series.is_share).verdict
        for one in series.periods
    ]
    tried = len(found) - found.count(EffectVerdict.TOO_EARLY)
    return Placebo(tried, found.count(EffectVerdict.BETTER), found.count(EffectVerdict.WORSE))
