"""What the director's desk needs around the overview, and the pickers of months and units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, TypedDict
from zoneinfo import ZoneInfo

from charter.domain.frontline.observations import RisingWords, TeamView
from charter.domain.overview.changes import Change, NotMeasured, changes_in, not_measured_in
from charter.domain.overview.filters import Filters, chosen_from, offered
from charter.domain.overview.groups import Group, groups_of
from charter.domain.overview.headline import Chain, Held, chain_of
from charter.domain.overview.model import CommitmentView, Overview, Words, in_place, main_indicator
from charter.domain.overview.parties import PartyChain
from charter.domain.overview.year_to_date import Beside
from charter.domain.vocabulary.periods import Period, parse_period, period_at
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import CheckState, PeriodKind, Permission, Status
from charter.services.actions.view import Acting, acting
from charter.services.charters.versions import History, UnitRow, Version, find_unit, history
from charter.services.checks.calendar import ORDER
from charter.services.classes.changes import ClassChangeLine, class_changes
from charter.services.desk.parties import chain_here
from charter.services.frontline.incidents_shown import IncidentsView
from charter.services.frontline.summaries import desk_part
from charter.services.frontline.word_counts import rising_short
from charter.services.month.overview import CheckGroup, beside, build_of, checks_of, read
from charter.services.readings.current_figures import month_asked
from charter.services.readings.recent_queries import RecentReadings

EVERYTHING = Filters()
NEEDS_SOMEBODY = (CheckState.LATE, CheckState.FAILED, CheckState.LAPSED)


class Row(NamedTuple):
    """A commitment, and what stands beside its figure."""

    view: CommitmentView
    beside: Beside | None


class CheckLine(TypedDict):
    """A check that somebody must look at."""

    indicator: str
    title: Words
    period: str
    state: str


class OfPeople(TypedDict):
    """What staff and customers told of the month."""

    frontline: TeamView
    incidents: IncidentsView | None
    written: list[RisingWords]


class Desk(OfPeople):
    """The desk of a month and unit: the verdict of all commitments, and the rows that the filters let through."""

    overview: Overview
    rows: list[Row]
    groups: list[Group]
    chain: Chain
    parties: PartyChain
    filters: Filters
    offered: dict[str, list[str]]
    changes: list[Change]
    class_changes: list[ClassChangeLine]
    not_measured: list[NotMeasured]
    acting: list[Acting]
    checks: list[CheckLine]
    periods: list[str]
    units: Sequence[UnitRow]


def desk(
    actor: Actor,
    now: datetime,
    *,
    unit: str | None = None,
    period: str | None = None,
    filters: Filters = EVERYTHING,
) -> Desk:
    """The overview of a month and unit, what changed, what was not measured, which checks need somebody.

    Without a unit: the one this person looked at last, else their own. Raises NotFound, NotAllowed, Invalid (period).
    """
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit or _last_unit(actor, version) or actor.home)
    require(actor, Permission.READ_DESK, unit_key)
    checks = checks_of(month, now)
    figures = read(found, version, month, unit_key, now, since=month.start.replace(month=1, day=1))
    overview = build_of(figures, version, month, checks)
    views = overview["commitments"]
    shown = in_place(chosen_from(views, filters))
    return {
        "overview": overview,
        "rows": [Row(view, _beside(figures, version, month, view)) for view in shown],
        "groups": groups_of(shown),
        "chain": _chain(version, views),
        "parties": chain_here(figures, version, month, views),
        "filters": filters,
        "offered": offered(views),
        "changes": changes_in(overview),
        "class_changes": class_changes(version, month.start, _until(found, month, now)),
        "not_measured": not_measured_in(overview),
        "acting": acting(found, version, overview, now),
        **_of_people(actor, version, month, overview),
        "checks": _needing_somebody(found, checks),
        "periods": months_of(found, now),
        "units": units_open_to(actor, version),
    }


def _of_people(actor: Actor, version: Version, month: Period, overview: Overview) -> OfPeople:
    """What staff and customers told; what they write more often is for those who may read it."""
    told, unit = desk_part(version, overview), overview["unit"]
    may_read = may(actor, Permission.READ_SURVEYS, unit)
    written = rising_short(history().current, month, [unit]).get(unit, []) if may_read else []
    return {"frontline": told.team, "incidents": told.incidents, "written": written}


def _until(found: History, month: Period, now: datetime) -> date:
    """A month's last day; of the newest month to be shown, today: what moved since is no news of yesterday."""
    today = now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date()
    return max(month.end, today) if month.key == months_of(found, now)[0] else month.end


def _last_unit(actor: Actor, version: Version) -> str | None:
    """The unit looked at last, while it exists and may be looked at."""
    last = actor.last_unit
    return last if last and last in version.tree and may(actor, Permission.READ_DESK, last) else None


def _chain(version: Version, views: Sequence[CommitmentView]) -> Chain:
    held = (Held(view["number"], view["touchpoint"], Status(view["status"])) for view in views)
    return chain_of(held, version.charter.charter.chain)


def _beside(figures: RecentReadings, version: Version, month: Period, view: CommitmentView) -> Beside | None:
    """Beside the figure that stands for a commitment; None where no indicator does."""
    shown = main_indicator(view)
    if shown is None:
        return None
    indicator = figures.held_on(version.indicators[shown["key"]][1], parse_period(shown["period"]))
    return beside(figures, month, indicator, shown)


def _needing_somebody(found: History, checks: Sequence[CheckGroup]) -> list[CheckLine]:
    """The checks that somebody must look at, failed ones first, then by the day they were due."""
    wanted = [check for check in checks if check.state in NEEDS_SOMEBODY]
    wanted.sort(key=lambda check: (ORDER.index(check.state), check.due_at, check.indicator or ""))
    return [_check(found, check) for check in wanted]


def _check(found: History, check: CheckGroup) -> CheckLine:
    indicator, period = str(check.indicator), str(check.period)
    title = found.on(parse_period(period).start).titles.get(indicator, {"fr": indicator, "en": indicator})
    return {"indicator": indicator, "title": title, "period": period, "state": check.state.value}


def months_of(found: History, now: datetime) -> list[str]:
    """The ended months since the charter began, newest first."""
    return list(_months_between(period_at(PeriodKind.MONTH, found.first.valid_from), month_asked(found, None, now)))


@lru_cache(maxsize=16)
def _months_between(oldest: Period, newest: Period) -> tuple[str, ...]:
    """Newest first; none where the newest is older than the oldest."""
    keys = []
    while newest >= oldest:
        keys.append(newest.key)
        newest = newest.previous()
    return tuple(keys)


def units_open_to(actor: Actor, version: Version) -> Sequence[UnitRow]:
    """The units whose desk this person may open, parents first."""
    if may(actor, Permission.READ_DESK):
        return version.unit_rows
    return [row for row in version.unit_rows if may(actor, Permission.READ_DESK, row["key"])]


def path_open_to(actor: Actor, version: Version, unit: str) -> list[UnitRow]:
    """The unit and those above it that this person may open, parents first."""
    above = version.tree.path(unit)
    return [row for row in units_open_to(actor, version) if row["key"] in above]
