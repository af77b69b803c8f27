"""From an indicator to the way it is counted, by its kind."""

from __future__ import annotations

from charter.domain.charter_file.indicators import (
    Availability,
    Count,
    IndicatorBase,
    Mean,
    Money,
    Nps,
    Percentile,
    PlainShare,
    Rate,
    ShareWithin,
    Sum,
    YesNo,
)
from charter.domain.clock import delays_of
from charter.domain.errors import SourceError
from charter.sources.amounts import MeanMeasure, MoneyMeasure, NpsMeasure, RateMeasure, SumsMeasure
from charter.sources.delays import DelayMeasure, WithinMeasure
from charter.sources.kinds import CasesMeasure, CountMeasure, Measure, Scene, TestedMeasure, YesNoMeasure
from charter.sources.levels import RankedDelay, RankedValue


def date_column(indicator: IndicatorBase) -> str:
    """The column that puts a row in its period: `date`, or the start of a delay. Raises SourceError without one."""
    column: str | None = getattr(indicator, "date", None) or getattr(indicator, "start", None)
    if column is None:
        raise SourceError(
            "The indicator “%(indicator)s” cannot be read from a source: write date, the column that puts a row in its "
            "period.",
            indicator=indicator.key,
        )
    return column


def measure_of(indicator: IndicatorBase, tag: str, scene: Scene) -> Measure:
    """How the indicator is counted. Raises SourceError for a kind that is not measured from a source."""
    found = _of_rows(indicator, tag, scene) or _of_amounts(indicator, tag, scene)
    if found is None:
        raise SourceError(
            "The indicator “%(indicator)s”: kind %(kind)s is not measured from a source yet.",
            indicator=indicator.key,
            kind=getattr(indicator, "kind", "?"),
        )
    return found


def _of_rows(indicator: IndicatorBase, tag: str, scene: Scene) -> Measure | None:
    match indicator:
        case ShareWithin():
            delays = delays_of(indicator)
            by_day = not any(delay.is_elapsed for delay in delays)
            return WithinMeasure(indicator, tag, scene, indicator.start, indicator.stop, by_day, delays)
        case Mean(value=None, start=str() as start, stop=str() as stop):
            return DelayMeasure(indicator, tag, scene, start, stop, indicator.in_ in ("days", "working days"))
        case Percentile(value=None, start=str() as start, stop=str() as stop):
            return RankedDelay(indicator, tag, scene, start, stop, indicator.in_ in ("days", "working days"))
        case PlainShare() if indicator.success is not None:
            return TestedMeasure(indicator, tag, scene)
        case YesNo() if indicator.success != "manual":
            return YesNoMeasure(indicator, tag, scene)
        case Count():
            return CountMeasure(indicator, tag, scene)
        case Rate() if not isinstance(indicator.volume, str):
            return CasesMeasure(indicator, tag, scene)
    return None


def _of_amounts(indicator: IndicatorBase, tag: str, scene: Scene) -> Measure | None:
    match indicator:
        case Mean(value=str() as value):
            return MeanMeasure(indicator, tag, scene, [value])
        case Percentile(value=str() as value):
            return RankedValue(indicator, tag, scene, [value])
        case Rate(volume=str() as volume):
            return RateMeasure(indicator, tag, scene, [volume])
        case Nps():
            return NpsMeasure(indicator, tag, scene, [indicator.value])
        case PlainShare():
            return _sums(indicator, tag, scene, _sum(indicator.numerator), _sum(indicator.denominator))
        case Availability():
            return _sums(indicator, tag, scene, _sum(indicator.up), _sum(indicator.total))
        case Money():
            return MoneyMeasure(indicator, tag, scene, [indicator.value])
    return None


def _sums(indicator: IndicatorBase, tag: str, scene: Scene, over: Sum, under: Sum) -> Measure:
    columns = list(dict.fromkeys([*over.plus, *over.minus, *under.plus, *under.minus]))
    return SumsMeasure(indicator, tag, scene, columns, over=over, under=under)


def _sum(written: str | Sum | None) -> Sum:
    return written if isinstance(written, Sum) else Sum(plus=[written or ""])
