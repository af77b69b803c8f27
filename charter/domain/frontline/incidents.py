"""Incivility that staff write down: a day, a site, a touchpoint, a kind; what was done for the colleague; never who.

What is written down is not what happened: people write more where it helps them, so a rise may be more telling.

Small counts are hidden before anything is counted. The incidents of a month are put into groups of `least` at least:
each stays at its touchpoint and unit where enough of them do, else it is told further up: its touchpoint in the unit
above, up to the whole; then the whole without a touchpoint. The few that are left there take the smallest group along.
Every count that is shown, or measured, is a sum of whole groups of one month: so is every difference of two, and none
of them is smaller than `least` without being nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.sources import IncidentsSource
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.frontline.observations import ObservationKind, Step
from charter.domain.vocabulary.errors import Conflict, Invalid

OLDEST = timedelta(days=92)
"""Longer ago than that an incident is not written down any more."""
ENOUGH_A_DAY = 30
"""So many a day are taken from one site."""


@dataclass(frozen=True)
class Incident:
    """One that is counted: when, where, and the day on which the colleague was supported; `touchpoint` '' for none."""

    day: date
    unit: str
    touchpoint: str = ""
    supported_on: date | None = None


def log_of(charter: Charter) -> IncidentsSource | None:
    """What the charter says of its log of incidents; None where it keeps none."""
    return next((one for one in charter.sources.values() if isinstance(one, IncidentsSource)), None)


def touchpoints_of(charter: Charter) -> list[str]:
    """The touchpoints an incident may have happened at: those of the chain, then others of commitments."""
    named = [one.touchpoint for one in charter.commitments if one.touchpoint]
    return list(dict.fromkeys([*charter.charter.chain, *named]))


def told_apart(incidents: Iterable[Incident], tree: UnitTree, least: int) -> list[Incident]:
    """The incidents as far as they may be told, month by month: each with the touchpoint and the unit of its group.

    Those of a month with fewer than `least` in all are left out. What is given back tells no more when it is counted
    by month, touchpoint and unit, in any sums and differences, than groups of `least` or more.
    """
    ordered = sorted(incidents, key=lambda one: (one.day, one.unit, one.touchpoint, one.supported_on or date.max))
    found: list[Incident] = []
    for _, month in groupby(ordered, key=lambda one: (one.day.year, one.day.month)):
        found += _of_month(list(month), tree, least)
    return found


Place = tuple[str, str]
"""A touchpoint ('' for none) and a unit."""


def _of_month(incidents: Sequence[Incident], tree: UnitTree, least: int) -> list[Incident]:
    root = tree.root.key
    groups: dict[Place, list[Incident]] = {}
    for one in incidents:
        groups.setdefault((one.touchpoint, one.unit if one.unit in tree else root), []).append(one)
    for place in sorted(_places(groups, tree), key=lambda place: _depth(place, tree), reverse=True):
        if place[1] == root:
            _fill_up(groups, place, least)
        if place != ("", root) and 0 < len(groups.get(place, ())) < least:
            groups.setdefault(_above(place, tree), []).extend(groups.pop(place))
    return [
        replace(one, touchpoint=place[0], unit=place[1])
        for place, members in sorted(groups.items())
        if len(members) >= least
        for one in members
    ]


def _places(groups: Mapping[Place, object], tree: UnitTree) -> set[Place]:
    """Every place in which incidents stand, and all above them."""
    found = set()
    for place in groups:
        found |= {(place[0], unit) for unit in tree.path(place[1])}
    return found | {("", tree.root.key)}


def _depth(place: Place, tree: UnitTree) -> tuple[int, Place]:
    """Units from the lowest up; below the whole without a touchpoint stands the whole with one."""
    return len(tree.path(place[1])) + (place[0] != ""), place


def _above(place: Place, tree: UnitTree) -> Place:
    path = list(tree.path(place[1]))
    return (place[0], path[1]) if len(path) > 1 else ("", place[1])


def _fill_up(groups: dict[Place, list[Incident]], last: Place, least: int) -> None:
    """The few that are left at the whole would stand out as a difference: the smallest groups of their touchpoint, or
    without one of any, are told with them."""
    while 0 < len(groups.get(last, ())) < least:
        others = [place for place in groups if place != last and last[0] in ("", place[0])]
        if not others:
            return
        groups[last] += groups.pop(min(others, key=lambda place: (len(groups[place]), place)))


def count_by_touchpoint(told: Iterable[Incident], tree: UnitTree, unit: str) -> dict[str, int]:
    """Of incidents as they may be told, how many lie in a unit or beneath it, by touchpoint ('' for several)."""
    under, found = tree.under(unit), dict[str, int]()
    for one in told:
        if one.unit in under:
            found[one.touchpoint] = found.get(one.touchpoint, 0) + 1
    return found


def require_kind(kind: str, step: Step) -> None:
    """An incident is supported or set aside, and shown to nobody; other observations are not supported.

    Raises Conflict.
    """
    is_incident = kind == ObservationKind.INCIDENT
    if is_incident and step in (Step.ACCEPT, Step.ANSWER):
        raise Conflict("An incident is shown on no page: write what was done for the colleague, or set it aside.")
    if not is_incident and step is Step.SUPPORT:
        raise Conflict("This is no incident: accept it, set it aside or answer it.")


def require_day(day: date, today: date) -> None:
    """A day of an incident: not to come, and not longer ago than three months. Raises Invalid."""
    if day > today:
        raise Invalid("This day is still to come: give the day on which it happened.", "day")
    if day < today - OLDEST:
        raise Invalid("More than %(count)s days ago: it is not written down any more.", "day", count=OLDEST.days)


def require_support_day(day: date, happened: date, today: date) -> None:
    """The colleague was supported on the day of the incident or after it, and not after today. Raises Invalid."""
    if not happened <= day <= today:
        raise Invalid("Give the day of the support: from the day of the incident to today.", "day")


def read_day(written: str) -> date:
    """A day as a form sends it. Raises Invalid."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise Invalid("Give the day as year-month-day, like 2026-03-15.", "day") from error
