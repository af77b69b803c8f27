"""A charter that is not in force, tried on its data: one indicator measured, and the last figure of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.indicators import Composite, Indicator, Target
from charter.domain.checks.seen import unknown_units
from charter.domain.vocabulary.counts import Cell, Counts, add_up
from charter.domain.vocabulary.errors import Invalid, Sentence
from charter.domain.vocabulary.periods import Period, parse_period, period_at, periods_back, years_from
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, find_indicator, history_or_none
from charter.services.checks.dry_run import DryRun, counted, counts_of, facts_of
from charter.services.checks.measuring import Measuring
from charter.services.records.access import Access

if TYPE_CHECKING:
    from charter.sources.counting.measure import Measured

BACK = 3
"""So many periods before the newest with rows are looked at for one that can be judged."""


def as_version(charter: Charter, folder: str) -> Version:
    """A charter read as if it were in force, its sources found from a folder."""
    return Version(0, 0, charter.charter.valid_from, folder, charter)


def reads_rows(charter: Charter, indicator: Indicator) -> bool:
    """Whether its figures come from rows; others are entered, pushed, or made of other figures."""
    return not (isinstance(indicator, Composite) or indicator.source is None or is_entered(charter, indicator))


def require_rows(charter: Charter, indicator: Indicator) -> None:
    """Raises Invalid for an indicator that reads no rows."""
    if isinstance(indicator, Composite):
        raise Invalid("A composite is made of the figures of its parts: try those.", "indicator")
    if not reads_rows(charter, indicator):
        raise Invalid("This indicator reads no rows: its figures are entered or pushed.", "indicator")


def measure_unapplied(
    actor: Actor, now: datetime, version: Version, *, indicator: str, period: str, access: Access
) -> DryRun:
    """What a dry run tells of an indicator of a charter that is not in force; stores nothing.

    Raises NotFound (indicator), Invalid (period; an indicator that reads no rows), SourceError.
    """
    require(actor, Permission.RUN_CHECK)
    with years_from(version.charter.charter.first_month), Measuring(access) as measuring:
        whole = parse_period(period)
        _, found = find_indicator(version, indicator)
        require_rows(version.charter, found)
        what = counted(measuring, version, found, whole, now)
        return facts_of(version, found, whole, what, now)


@dataclass(frozen=True)
class LastFigure:
    """The newest figure that the data give of an indicator: its counts in a period, and what they leave open.

    `unknown` are units that the charter does not know, with their cases; `target` is what is required of the period.
    `error` says why there is no figure at all.
    """

    indicator: Indicator
    period: Period | None = None
    counts: Counts = field(default_factory=Counts)
    unknown: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0
    contradictory: int = 0
    overlapping: int = 0
    rows_read: int = 0
    target: Target | None = None
    error: Sentence | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """As plain values: the counts by name, as a dry run tells them."""
        target = None if self.target is None else float(self.target.target)
        place = {"indicator": self.indicator.key, "period": self.period and self.period.key, "target": target}
        told = ("undated", "contradictory", "overlapping", "rows_read")
        said = {"unknown": dict(self.unknown), **{name: getattr(self, name) for name in told}}
        error = None if self.error is None else str(self.error)
        return place | counts_of(self.indicator, self.counts) | said | {"error": error}


def last_figures(
    actor: Actor, now: datetime, version: Version, access: Access, *, without: Collection[str] = ()
) -> list[LastFigure]:
    """The newest figure of each indicator that reads rows, in the order of the charter, without those of some sources;
    stores nothing."""
    require(actor, Permission.RUN_CHECK)
    with years_from(version.charter.charter.first_month), Measuring(access) as measuring:
        return [
            last_figure(measuring, version, indicator, now)
            for _, indicator in version.indicators.values()
            if reads_rows(version.charter, indicator) and indicator.source not in without
        ]


def states_of_logs(version: Version, access: Access, *, without: Collection[str] = ()) -> dict[str, list[str]]:
    """The states that each event log of the charter shows, by the key of its source. Raises SourceError."""
    from charter.sources.counting.cases import states_shown  # noqa: PLC0415 heavy

    logs = {key: getattr(one, "events", None) for key, one in version.charter.sources.items() if key not in without}
    with Measuring(access) as measuring:
        return {
            key: states_shown(measuring.opened(version, key).table, events, key)
            for key, events in logs.items()
            if events is not None
        }


def last_figure(
    measuring: Measuring, version: Version, indicator: Indicator, now: datetime, period: Period | None = None
) -> LastFigure:
    """The figure of the newest period that has ended and can be judged; or of a given one."""
    ended = period or _ended(version, indicator, now)
    found = _figures(measuring, version, indicator, [ended], now)
    if period is not None or found.newest.counts.denominator or found.latest is None:
        return found.newest
    earlier = _figures(measuring, version, indicator, _back_from(found.latest, indicator, ended, BACK), now)
    return found.newest if earlier.newest.error is not None else earlier.newest


def figures_back(measuring: Measuring, version: Version, indicator: Indicator, now: datetime) -> list[LastFigure]:
    """The newest figure that can be judged, and those of the periods before it, newest first: counted together."""
    ended = _ended(version, indicator, now)
    found = _figures(measuring, version, indicator, list(periods_back(ended, BACK + 1)), now)
    if found.latest is not None and not found.newest.counts.denominator:
        found = _figures(measuring, version, indicator, _back_from(found.latest, indicator, ended, BACK + 1), now)
    after = found.each.index(found.newest) + 1
    return [found.newest, *(one for one in found.each[after:] if one.counts.denominator)]


def _ended(version: Version, indicator: Indicator, now: datetime) -> Period:
    """The newest period that has ended."""
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    return period_at(indicator.period, today).previous()


def _back_from(latest: date, indicator: Indicator, ended: Period, number: int) -> list[Period]:
    """So many periods, the newest that of the last day known, or the newest that has ended."""
    return list(periods_back(min(period_at(indicator.period, latest), ended), number))


@dataclass(frozen=True)
class _Figures:
    """Figures of some periods, the newest first; the last day that the source knows."""

    each: list[LastFigure]
    latest: date | None = None

    @property
    def newest(self) -> LastFigure:
        """That of the newest period with a judged case, or of the newest at all."""
        return next((one for one in self.each if one.counts.denominator), self.each[0])


def _figures(
    measuring: Measuring, version: Version, indicator: Indicator, periods: list[Period], now: datetime
) -> _Figures:
    measured = measuring.dry(version, indicator, periods, now)
    if isinstance(measured, Sentence):
        return _Figures([LastFigure(indicator, error=measured)])
    newest_first = sorted(periods, reverse=True)
    return _Figures([_figure(version, indicator, one, measured) for one in newest_first], measured.latest)


def _figure(version: Version, indicator: Indicator, period: Period, measured: Measured) -> LastFigure:
    """What was counted of one period."""
    root, cells = version.tree.root.key, [cell for cell in measured.cells if cell.period == period.key]
    return LastFigure(
        indicator,
        period,
        _whole(cells) if indicator.kind.adds_up else measured.at(period.key, root, _whole(cells)),
        unknown_units(version.tree, indicator.kind, cells),
        measured.undated,
        int(sum(number for (of, _), number in measured.contradictory.items() if of == period.key)),
        measured.overlapping,
        measured.rows_read,
        version.required(indicator, period.start, root),
    )


def _whole(cells: Iterable[Cell]) -> Counts:
    return add_up(cell.counts for cell in cells)


def figures_beside(
    actor: Actor, now: datetime, version: Version, access: Access
) -> list[tuple[LastFigure, LastFigure | None]]:
    """The newest figure of each indicator, and what the version in force counts for the same period, where it does."""
    current = history_or_none()
    before = current.current if current else None
    found = last_figures(actor, now, version, access)
    with Measuring(access) as measuring:
        return [(one, _before(measuring, before, one, now)) for one in found]


def _before(measuring: Measuring, version: Version | None, figure: LastFigure, now: datetime) -> LastFigure | None:
    pair = version.indicators.get(figure.indicator.key) if version else None
    if version is None or pair is None or figure.period is None or pair[1].period is not figure.indicator.period:
        return None
    if not reads_rows(version.charter, pair[1]):
        return None
    return last_figure(measuring, version, pair[1], now, figure.period)
