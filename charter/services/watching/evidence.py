"""What a reading says to the watch: held to its level, beside the period before, with what chance could do."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from charter.domain.alerts.alert_rules import HOLDS, Seen, Subject
from charter.domain.alerts.evidence import Counted, Figure, Level, evidence_of_figure, evidence_of_status
from charter.domain.charter_file.indicators import Indicator, Rate
from charter.domain.readings.values import reckoned_as
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Status

if TYPE_CHECKING:
    from charter.services.charters.versions import Version

Row = Mapping[str, Any]


class Moment(NamedTuple):
    """One period of what is watched: its reading, and that of the period before where it is known."""

    period: Period
    row: Row
    before: Row | None = None


def evidence_at(what: tuple[Version, Subject], indicator: Indicator, at: Moment) -> Seen:
    version, kind = what
    period, row, _ = at
    if kind is Subject.DATA:
        return evidence_of_figure(Status(row["status"]), row["reason"])
    return evidence_of_status(_figure_of(version, indicator, at), _level_of(version, indicator, period, row))


def explained_by_chance(version: Version, indicator: Indicator, at: Moment) -> bool | None:
    """Whether chance alone could explain a miss; None where there is nothing to reckon that from."""
    level, figure = _level_of(version, indicator, at.period, at.row), _figure_of(version, indicator, at)
    if level is None or (figure.counted is None and figure.interval is None):
        return None
    seen = evidence_of_status(figure, level)
    return seen.is_by_chance or (figure.counted is None and not seen.is_clear)


def _figure_of(version: Version, indicator: Indicator, at: Moment) -> Figure:
    period, row, before = at
    ends = (row["interval_low"], row["interval_high"])
    level = _level_of(version, indicator, period, row)
    is_alike = before is not None and before["definition_hash"] == row["definition_hash"]
    return Figure(
        Status(row["status"]),
        row["value"],
        None if None in ends else ends,
        None if level is None else _counted(indicator, row, level),
        None if level is None or before is None or not is_alike else _counted(indicator, before, level),
    )


def _level_of(version: Version, indicator: Indicator, period: Period, row: Row) -> Level | None:
    """What the figure is held to: of a promise in steps, what its worst step requires."""
    if row["steps"]:
        required = row["steps"][row["shown"] or 0]["required"]
        return None if required is None else Level(Direction.HIGHER, Decimal(repr(required)))
    target = version.required(indicator, period.start, row["unit_key"])
    return None if target is None else Level(indicator.direction, target.target, target.tolerance or Decimal(0))


OF_CASES = (Kind.SHARE, Kind.SHARE_WITHIN)


def _counted(indicator: Indicator, row: Row, level: Level) -> Counted | None:
    """The counts of a census of a month or quarter, where chance can be reckoned from them: of a share of cases, a
    count, a rate. Shorter periods are told by their interval."""
    if indicator.basis is not Basis.CENSUS or not HOLDS[indicator.period].chance_waits or row["value"] is None:
        return None
    events, of = float(row["numerator"]), float(row["denominator"])
    if reckoned_as(indicator) in OF_CASES and of > 0 and of % 1 == 0:
        return Counted(events, of)
    if indicator.kind is Kind.COUNT:
        return Counted(events, of, float(level.target))
    if isinstance(indicator, Rate) and of > 0:
        return Counted(events, of, float(level.target) * of / indicator.per)
    return None
