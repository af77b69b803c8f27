"""From counts to readings: judge what a run measured, for every unit, and keep it where pages read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, update

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.checks.seen import Seen
from charter.domain.readings.compensation import owed_counts
from charter.domain.readings.doubts import is_cut_short
from charter.domain.readings.judging import Judged, Standard, UnitReading, judge_units
from charter.domain.vocabulary.counts import Cell
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.terms import CheckState, Reason
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Run
from charter.services.charters.rules import definition_of
from charter.services.charters.versions import Version
from charter.services.readings.chart_traces import COLUMNS, TABLE, lay_traces, lift_traces
from charter.services.readings.indicator_view import stored
from charter.services.records.transactions import rows_changed

APART = {"synchronize_session": False}
UNTRACED = dict.fromkeys(COLUMNS)
"""Every row has every column: rows of one shape are written in one statement."""


class Recorded(NamedTuple):
    """Of a run, what its rows and readings say of it."""

    id: int
    as_of: datetime
    definition_hash: str
    reaches_past: bool | None
    indicator_key: str
    seen: Mapping[str, Any] | None = None


class Measured(NamedTuple):
    """What is projected: the cells that one run found for one indicator and period, read with one version."""

    version: Version
    indicator: Indicator
    period: Period
    run: Recorded | Run
    cells: Iterable[Cell]


class Memory:
    """What counts came to, while the last standard of an indicator holds: for whoever counts many periods again."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[object, Judged]] = {}

    def of(self, version: Version, indicator: Indicator, standard: Standard) -> Judged:
        is_short = is_cut_short(indicator.kind, standard.seen)
        by = (version.id, standard.mark, standard.source_reaches_past, is_short)
        if self._of.get(indicator.key, (None,))[0] != by:
            self._of = {indicator.key: (by, {})}
        return self._of[indicator.key][1]


class ReadingPlace(NamedTuple):
    """Where a reading stands, by its keys."""

    indicator: str
    period: str
    unit: str


class Was(NamedTuple):
    """What a reading said that another has replaced."""

    status: str
    value: float | None


class Whose(NamedTuple):
    """Which indicator was measured for which period, and the version of the charter that it is read with."""

    version: Version
    indicator: Indicator
    period: Period


@dataclass(frozen=True)
class Changed:
    """What a projection has written: for `watch_readings`, in the same transaction, or alerts would be lost.

    `whose` by indicator and period; `was`: what the rows replace said; `at`: the instant of the news.
    """

    whose: Mapping[tuple[str, str], Whose]
    rows: Sequence[Mapping[str, Any]]
    was: Mapping[ReadingPlace, Was]
    at: datetime | None

    @property
    def by_place(self) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
        """The rows by indicator and period."""
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in self.rows:
            found.setdefault((row["indicator_key"], row["period_key"]), []).append(row)
        return found


def project(measured: Measured, *, now: datetime | None = None) -> Changed:
    """Replace the readings of one indicator and period by what these cells say; returns what changed.

    Within the caller's transaction. `now`: when that is not the run's own instant.
    """
    return project_all([measured], now=now)


def project_all(measured: Sequence[Measured], *, is_news: bool = True, now: datetime | None = None) -> Changed:
    """As `project`, for several runs in few statements.

    `is_news`: figures may have changed: composites of these are made again, and the caller has the alerts moved.
    """
    memory = Memory()
    rows = [row for one in measured for row in _rows(one, memory)]
    lay_traces(rows)
    periods: dict[str, set[str]] = {}
    for one in measured:
        periods.setdefault(one.indicator.key, set()).add(one.period.key)
    was: dict[ReadingPlace, Was] = {}
    for key, of_key in periods.items():
        was |= _take_away(key, of_key)
    for start in range(0, len(rows), 500):
        db.session.connection().execute(insert(TABLE), [UNTRACED | row for row in rows[start : start + 500]])
    for one in measured if is_news else ():
        _reopen_composites(one.version, one.indicator, one.period)
    whose = {(one.indicator.key, one.period.key): Whose(one.version, one.indicator, one.period) for one in measured}
    return Changed(whose, rows, was, now or max((one.run.as_of for one in measured), default=None))


def _rows(measured: Measured, memory: Memory | None = None) -> Iterator[dict[str, Any]]:
    version, indicator, period, run, cells = measured
    rolled = roll_up(version.tree, cells, adds_up=indicator.kind.adds_up)
    standard = standard_of(indicator, period, run)
    known = None if memory is None else memory.of(version, indicator, standard)
    of_all = {
        "indicator_key": indicator.key,
        "period_key": period.key,
        "period_start": period.start,
        "period_end": period.end,
        "run_id": run.id,
        "known_at": run.as_of,
        "version_id": version.id,
    }
    for one in judge_units(version.tree, indicator, standard, rolled, known):
        target = standard.target(version.tree.by_key[one.unit])
        yield {
            **of_all,
            "target": None if target is None else _float(target.target),
            "definition_hash": definition_of(version, indicator, run.definition_hash, one.unit),
            "owed": owed_counts(version.owed.get(indicator.key), indicator, one.counts),
            **_own(one, version.why_empty(indicator)),
            **({"coverage": None} if version.is_logged(indicator) else {}),
        }


class Difference(NamedTuple):
    """A reading that is not what its measurements give: both sides, None where there is none, and the first column."""

    place: ReadingPlace
    stored: Any
    counted: Mapping[str, Any] | None
    column: str


COUNTED = (
    *("status", "value", "reason", "numerator", "denominator", "pending", "target", "excluded", "version_id", "run_id"),
    *("known_at", "interval_low", "interval_high", "interval_level", "exceeded", "weakest_unit", "coverage"),
    *("not_recording", "steps", "shown", "effective_n", "doubts", "definition_hash", "owed"),
    *("period_start", "period_end"),
)
"""The columns of a reading that follow from what was measured: all but its number, its place and its trace."""


_of_row, _of_facts = attrgetter(*COUNTED), itemgetter(*COUNTED)


def recounted(measured: Measured, memory: Memory | None = None) -> list[dict[str, Any]]:
    """The readings of one indicator and period as its measurements give them, whatever stands in the table."""
    return list(_rows(measured, memory))


def differences(place: tuple[str, str], counted: Iterable[Mapping[str, Any]], held: Iterable[Any]) -> list[Difference]:
    """Where the readings that stand are not those that were counted: another figure, one lost, one slipped in."""
    stored = {row.unit_key: row for row in held}
    found = []
    for row in counted:
        unit = row["unit_key"]
        one = stored.pop(unit, None)
        if one is None or _of_row(one) != _of_facts(row):
            column = next((name for name in COUNTED if one is None or getattr(one, name) != row[name]), "")
            found.append(Difference(ReadingPlace(*place, unit), one, row, column))
    return found + [Difference(ReadingPlace(*place, unit), one, None, "") for unit, one in stored.items()]


def _take_away(key: str, periods: set[str]) -> dict[ReadingPlace, Was]:
    """Remove the readings of these periods; returns what each said, by indicator, period and unit."""
    # By the last day too, which is indexed: the cost must not grow with history.
    ended = ReadingRow.period_end.in_({parse_period(period).end for period in periods})
    mine = (ReadingRow.indicator_key == key) & ended & ReadingRow.period_key.in_(periods)
    said = (ReadingRow.period_key, ReadingRow.unit_key, ReadingRow.status, ReadingRow.value)
    rows = db.session.execute(delete(ReadingRow).where(mine).returning(*said), execution_options=APART)
    return {ReadingPlace(key, row.period_key, row.unit_key): Was(row.status, row.value) for row in rows}


def _reopen_composites(version: Version, indicator: Indicator, period: Period) -> None:
    """A composite of this indicator is measured again by the next run: one of its parts has another figure."""
    above = [
        composite.key for composite in version.composites if indicator.key in (part.indicator for part in composite.of)
    ]
    for key in above:
        done = (DueCheck.indicator_key == key) & (DueCheck.period_key == period.key)
        reopened = update(DueCheck).where(done, DueCheck.state == CheckState.DONE)
        if rows_changed(reopened.values(state=CheckState.DUE, done_at=None, tries=0)):
            lift_traces(key, period)


def standard_of(indicator: Indicator, period: Period, run: Recorded | Run) -> Standard:
    """The levels that the period is judged by: those in force on its first day."""
    return Standard(
        indicator.targets,
        period.start,
        period.end,
        source_reaches_past=bool(run.reaches_past),
        seen=Seen.from_json(run.seen),
    )


def _own(one: UnitReading, empty: Reason) -> dict[str, Any]:
    """What a reading says of one unit."""
    low, high = one.reading.interval or (None, None)
    step = None if one.shown is None else one.steps[one.shown]
    return {
        "unit_key": one.unit,
        "status": one.reading.status,
        "reason": empty if one.reading.reason is Reason.NO_ROWS else one.reading.reason,
        "value": _float(one.reading.value),
        "numerator": one.counts.numerator if step is None else step.numerator,
        "denominator": one.counts.denominator,
        "pending": one.counts.pending,
        "excluded": one.counts.left_out,
        "interval_low": _float(low),
        "interval_high": _float(high),
        "interval_level": _float(one.reading.interval_level),
        "exceeded": one.exceeded,
        "weakest_unit": one.weakest_unit,
        "coverage": one.coverage,
        "not_recording": list(one.not_recording),
        "steps": [stored(each) for each in one.steps] or None,
        "shown": one.shown,
        "effective_n": one.effective_n,
        "doubts": [doubt.as_json() for doubt in one.doubts] or None,
    }


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
