"""Whether the past of a source has changed: done periods are counted again as of then, and differences are told.

Nothing is ever absorbed: the figures stay as they were recorded until somebody corrects them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from charter.domain.charter_file.columns_read import sources_of
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import DatabaseSource
from charter.domain.readings.status import level_facts
from charter.domain.readings.values import figure_of
from charter.domain.vocabulary.counts import Cell, Counts, add_up
from charter.domain.vocabulary.errors import Conflict, Sentence
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import Measurement, Run
from charter.services.charters.rules import counts_alike
from charter.services.charters.versions import Version, find_indicator, history
from charter.services.checks.changes_view import ACTION, Difference, Told, open_changes
from charter.services.checks.measuring import Measuring
from charter.services.checks.seen import at_levels
from charter.services.readings.current_figures import cell_of
from charter.services.records import audit_log
from charter.services.records.access import Access
from charter.services.records.transactions import transaction

if TYPE_CHECKING:
    from charter.sources.counting.measure import Measured

PERIODS_AGAIN = 3
"""How many done periods are always counted again when a source has changed."""

SECONDS_AGAIN = 20.0
"""How long earlier periods of a source may be counted again, at each run: small sources whole, large ones in turn."""

CELLS_SHOWN = 20


class ChangedCell(NamedTuple):
    """A cell that counts otherwise now; None: it was not there, or is not any more."""

    name: str
    before: Counts | None
    after: Counts | None


@dataclass(frozen=True)
class Checked:
    """One done period counted again: its sentence when it could not be, and the cells that count otherwise now."""

    of: Indicator
    period: str
    error: Sentence | None
    before: Counts
    after: Counts
    cells: Sequence[ChangedCell]

    @property
    def indicator(self) -> str:
        return self.of.key

    @property
    def is_changed(self) -> bool:
        return bool(self.cells)

    def facts(self) -> Difference:
        """What is told: values and cases before and after, and the first cells."""
        return {
            "indicator": self.indicator,
            "kind": self.of.kind.value,
            "against": level_facts(self.of, parse_period(self.period).start),
            "period": self.period,
            "error": None if self.error is None else str(self.error),
            "before": _told(self.of, self.before),
            "after": _told(self.of, self.after),
            "cells": [
                {"cell": one.name, "before": _counted(one.before), "after": _counted(one.after)}
                for one in self.cells[:CELLS_SHOWN]
            ],
            "changed": len(self.cells),
        }


def recheck(
    actor: Actor,
    now: datetime,
    access: Access,
    *,
    indicator: str | None = None,
    period: str | None = None,
) -> list[Difference]:
    """Count done periods again as of the instant they were first counted; tell what differs, and keep it in the log.

    One indicator or all that are read from a source; one period or the last three of each. Writes no figure.
    Raises NotFound (indicator), Invalid (period), Conflict (nothing to count again).
    """
    require(actor, Permission.RUN_CHECK)
    found = history()
    if indicator is not None:
        find_indicator(found.current, indicator)
    wanted = parse_period(period).key if period is not None else None
    runs = _runs([indicator] if indicator else list(found.current.indicators), wanted)
    if not runs:
        raise Conflict("There is no done period to count again: a period is counted first when its check is due.")
    with Measuring(access) as measuring:
        checked = [one for group in _together(runs) for one in _again(measuring, group)]
    return _keep(actor, now, checked)


def recheck_source(actor: Actor, now: datetime, access: Access, source: str) -> tuple[int, int]:
    """Count the done periods of a source again that has just been sent anew: how many there were, and how many count
    otherwise now, which is kept in the log. Periods counted at this very instant are what it says. Writes no figure.
    """
    require(actor, Permission.RUN_CHECK)
    read = [key for key, (_, one) in history().current.indicators.items() if source in sources_of(one)]
    with Measuring(access) as measuring:
        checked = _in_turn(measuring, _runs(read, None, before=now, most=None), now)
    if checked:
        _keep(actor, now, checked)
    return len(checked), sum(one.is_changed for one in checked)


@dataclass(frozen=True)
class Recounted:
    """What reading the sources again has shown: how many periods were compared, which count otherwise now, and which
    cannot be read any more, as sentences."""

    compared: int
    changed: tuple[Sentence, ...]
    unread: tuple[Sentence, ...]


def recount_sources(actor: Actor, access: Access, *, progress: Callable[[int, int, str], None]) -> Recounted:
    """Read every source again for every period that was read from it, as of then, and compare. Writes nothing.

    Raises NotAllowed.
    """
    require(actor, Permission.READ_AUDIT)
    found = history()
    groups = _together(_runs(list(found.current.indicators), None, most=None))
    compared, changed, unread = 0, list[Sentence](), list[Sentence]()
    with Measuring(access) as measuring:
        for at, group in enumerate(groups):
            progress(at, len(groups), group.source)
            for one in _again(measuring, group):
                indicator, period = one.indicator, parse_period(one.period)
                compared += 1
                if one.error is not None:
                    unread.append(
                        Sentence(
                            "%(indicator)s for %(period)s cannot be read again: %(error)s",
                            indicator=indicator,
                            period=period,
                            error=one.error,
                        )
                    )
                elif one.is_changed:
                    changed.append(
                        Sentence(
                            "The source of %(indicator)s counts otherwise for %(period)s than was recorded: "
                            "%(count)s counts differ, the first is %(cell)s.",
                            indicator=indicator,
                            period=period,
                            count=len(one.cells),
                            cell=one.cells[0][0] or "–",
                        )
                    )
    return Recounted(compared, tuple(changed), tuple(unread))


def notice_changes(actor: Actor, now: datetime, measuring: Measuring, sources: Iterable[tuple[Version, str]]) -> None:
    """For each source just read that is not what it was: count done periods of its indicators again.

    The last ones always, earlier ones as long as SECONDS_AGAIN allow, in turn from one day to the next. The fingerprint
    of a database is too little to tell: its periods are counted again each time it is read.
    """
    checked: list[Checked] = []
    for version, source in {(version.id, source): (version, source) for version, source in sources}.values():
        read = {key: one for key, (_, one) in version.indicators.items() if source in sources_of(one)}
        runs = _runs(list(read), None, before=now, most=None)
        newest = {run.indicator_key: run for run in reversed(runs)}
        tells_all = not isinstance(version.charter.sources[source], DatabaseSource)
        if tells_all and all(run.fingerprint == measuring.fingerprint(version, read[k]) for k, run in newest.items()):
            continue
        checked += _in_turn(measuring, runs, now)
    known = {(one["indicator"], one["period"]) for one in open_changes(now)}
    if any(one.is_changed or one.error or (one.indicator, one.period) in known for one in checked):
        _keep(actor, now, checked)


def _in_turn(measuring: Measuring, runs: Sequence[Run], now: datetime) -> list[Checked]:
    """The last periods of each indicator, then the earlier ones until the time is up, beginning each day elsewhere."""
    begun, seen, last, earlier = time.monotonic(), Counter[str](), list[Run](), list[Run]()
    for run in runs:
        seen[run.indicator_key] += 1
        (last if seen[run.indicator_key] <= PERIODS_AGAIN else earlier).append(run)
    checked = [one for group in _together(last) for one in _again(measuring, group)]
    groups = _together(earlier)
    at = now.toordinal() % len(groups) if groups else 0
    for group in [*groups[at:], *groups[:at]]:
        if time.monotonic() - begun > SECONDS_AGAIN:
            break
        checked += _again(measuring, group)
    return checked


def _runs(
    indicators: Sequence[str], period: str | None, before: datetime | None = None, most: int | None = PERIODS_AGAIN
) -> list[Run]:
    """The runs that read a source for the last done periods of each indicator, newest period first."""
    newest = (
        select(func.max(Run.id))
        .where(Run.indicator_key.in_(indicators), Run.outcome == "done", Run.fingerprint.is_not(None))
        .group_by(Run.indicator_key, Run.period_key)
    )
    if period is not None:
        newest = newest.where(Run.period_key == period)
    if before is not None:
        newest = newest.where(Run.as_of < before)
    rows = db.session.execute(select(Run).where(Run.id.in_(newest))).scalars().all()
    by_indicator: dict[str, list[Run]] = {}
    for run in sorted(rows, key=lambda run: (parse_period(run.period_key), run.id), reverse=True):
        by_indicator.setdefault(run.indicator_key, []).append(run)
    return [run for key in indicators for run in by_indicator.get(key, [])[:most]]


class Member(NamedTuple):
    """A run of an indicator and period."""

    indicator: Indicator
    period: Period
    run: Run


@dataclass
class _Group:
    """Runs that can be counted again in one look: one version, one source, one instant, one length of period."""

    version: Version
    source: str
    as_of: datetime
    members: list[Member] = field(default_factory=list)


def _together(runs: Iterable[Run]) -> list[_Group]:
    """The runs by what they share. Those whose indicator is another now, or of another kind of period, stay away.

    A composite is made of its parts: they are counted again, not it.
    """
    found, groups = history(), dict[tuple[Any, ...], _Group]()
    for run in runs:
        period = parse_period(run.period_key)
        version = found.on(period.start)
        _, indicator = version.indicators.get(run.indicator_key, (None, None))
        if indicator is None or indicator.source is None or indicator.period is not period.kind:
            continue
        key = (version.id, indicator.source, run.as_of, period.kind)
        group = groups.setdefault(key, _Group(version, indicator.source, run.as_of))
        group.members.append(Member(indicator, period, run))
    return list(groups.values())


def _again(measuring: Measuring, group: _Group) -> list[Checked]:
    """Periods counted again; none where another definition holds now, which may well count otherwise."""
    alike = [one for one in group.members if counts_alike(group.version, one.indicator, one.run)]
    if not alike:
        return []
    indicators = list({indicator.key: indicator for indicator, _, _ in alike}.values())
    periods = sorted({period for _, period, _ in alike})
    found = measuring.counted(group.version, group.source, (indicators, periods), group.as_of)
    return [_compared(group.version, indicator, run, found[indicator.key]) for indicator, _, run in alike]


def _compared(version: Version, indicator: Indicator, run: Run, found: Measured | Sentence) -> Checked:
    stored = _cells(_stored(run))
    before = _whole(version, indicator, stored)
    if isinstance(found, Sentence):
        return Checked(indicator, run.period_key, found, before, before, ())
    again = [cell for cell in found.cells if cell.period == run.period_key]
    now_counted = _cells(at_levels(version, indicator, again, found))
    cells = [
        ChangedCell(name, stored.get(name), now_counted.get(name))
        for name in sorted({*stored, *now_counted})
        if stored.get(name) != now_counted.get(name)
    ]
    return Checked(indicator, run.period_key, None, before, _whole(version, indicator, now_counted), cells)


def _whole(version: Version, indicator: Indicator, cells: Mapping[str, Counts]) -> Counts:
    """The counts of the whole: added up, or those of the root where they do not add."""
    if indicator.kind.adds_up:
        return add_up(cells.values())
    return cells.get(version.tree.root.key, Counts())


def _stored(run: Run) -> list[Cell]:
    query = select(Measurement).where(Measurement.run_id == run.id).order_by(Measurement.id)
    return [cell_of(row) for row in db.session.execute(query).scalars()]


def _cells(cells: Iterable[Cell]) -> Mapping[str, Counts]:
    return {" · ".join(filter(None, (cell.unit, cell.channel, cell.segment))): cell.counts.plain for cell in cells}


def _keep(actor: Actor, now: datetime, checked: Sequence[Checked]) -> list[Difference]:
    """One entry of the audit log: what was counted again, and what differs."""
    told = [one.facts() for one in checked if one.is_changed or one.error]
    with transaction():
        after = {"checked": [[one.indicator, one.period] for one in checked], "changed": told}
        audit_log.record(actor, now, ACTION, f"{len(checked)} periods", after=after)
    return told


def _told(indicator: Indicator, counts: Counts) -> Told:
    value = figure_of(indicator, counts)
    return {"value": None if value is None else float(value), "cases": float(counts.denominator)}


def _counted(counts: Counts | None) -> dict[str, str] | None:
    """The counts that say something, as text: they are kept as evidence, not reckoned with."""
    if counts is None:
        return None
    return {name: str(value) for name, value in vars(counts).items() if value}
