"""What is told of incivility that staff wrote down: to those who follow it up each one; to others counts by touchpoint.

Beside the promises of the same touchpoint, as far as no small count shows (`told_apart`); and where it rises by the
rule for rare events.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import Integer, ScalarSelect, Select, String, cast, func, literal, null, select

from charter.domain.charter_file.sources import IncidentsSource
from charter.domain.checks.deadlines import last_day
from charter.domain.frontline.incidents import Incident, count_by_touchpoint, log_of, told_apart, touchpoints_of
from charter.domain.frontline.observations import ObservationKind, Step
from charter.domain.frontline.signals import MOST_MONTHS, WINDOW, Told, rise_in
from charter.domain.overview.model import CommitmentView, Overview, Words, words
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import Period, period_at, periods_back
from charter.domain.vocabulary.terms import PeriodKind
from charter.models.frontline import Observation
from charter.services.charters.versions import Version
from charter.services.frontline.observations import Happened


def require_log(version: Version) -> IncidentsSource:
    """The log that the charter keeps. Raises NotFound where it keeps none."""
    log = log_of(version.charter)
    if log is None:
        raise NotFound("This charter keeps no log of incidents.")
    return log


class SupportChoice(TypedDict):
    """One of the charter's list of what can be done for a colleague."""

    key: str
    text: Words


def support_choices(version: Version) -> list[SupportChoice]:
    """What the charter lets whoever follows up choose from; nothing where it keeps no log."""
    log = log_of(version.charter)
    return [{"key": one.key, "text": words(one.text)} for one in log.support] if log is not None else []


class IncidentRead(TypedDict):
    """An incident for those who follow it up: `due` is the last day on which support is in time."""

    day: str
    touchpoint: str | None
    kind: Words | str
    due: str
    supported_on: str | None
    support: Words | str | None
    words: str | None


def incident_read(happened: Happened, version: Version) -> IncidentRead:
    """An incident as whoever follows it up reads it, in the words of the charter in force."""
    log = log_of(version.charter)
    kinds = {one.key: words(one.text) for one in log.kinds} if log else {}
    supports = {one.key: words(one.text) for one in log.support} if log else {}
    given = happened.supported_on
    return {
        "day": happened.day.isoformat(),
        "touchpoint": happened.touchpoint,
        "kind": kinds.get(happened.kind, happened.kind),
        "due": last_day(happened.day, log.within, version.calendars[0]).isoformat() if log else "",
        "supported_on": given.isoformat() if given else None,
        "support": supports.get(happened.support or "", happened.support),
        "words": happened.support_words,
    }


class TouchpointLine(TypedDict):
    """The incidents of a touchpoint ('' for several together); `count` None: fewer than may be shown, or none.

    `rises`: on more days than before, by the rule for rare events; `promises` are kept at the same touchpoint.
    """

    touchpoint: str
    count: int | None
    rises: bool
    promises: list[CommitmentView]


class IncidentsView(TypedDict):
    """What was written down in a month, in a unit and beneath it."""

    lines: list[TouchpointLine]
    hidden_below: int


MET = "incident"
"""Marks the rows of incidents among those of what staff told."""


def met_in(
    version: Version, months: Collection[str], decided: ScalarSelect[Any]
) -> list[Select[Any, Any, Any, Any, Any, Any, Any]]:
    """The incidents of some months by day and place, as rows like those of what was told; nothing without a log.

    `decided`: the last decision on an observation. What was set aside is none.
    """
    if log_of(version.charter) is None:
        return []
    day = cast(Observation.happened_on, String)
    place = (Observation.unit_key, Observation.touchpoint, Observation.month)
    is_counted = func.coalesce(decided, "") != Step.SET_ASIDE.value
    query = select(*place, func.count(), cast(null(), Integer), literal(MET), day)
    mine = Observation.kind == ObservationKind.INCIDENT.value
    return [query.where(mine, Observation.month.in_(months), is_counted).group_by(*place, day)]


def incidents_in(version: Version, month: Period, rows: Iterable[Sequence[Any]]) -> MonthIncidents | None:
    """The incidents that such rows tell, one by one; None without a log."""
    if log_of(version.charter) is None:
        return None
    found = [
        Incident(date.fromisoformat(day), unit, touchpoint or "")
        for unit, touchpoint, _, count, _, what, day in rows
        if what == MET
        for _ in range(count)
    ]
    return MonthIncidents(version, month, found)


@dataclass(frozen=True)
class MonthIncidents:
    """What was written down in a month and the two years before."""

    version: Version
    month: Period
    found: Sequence[Incident]

    def of(self, overview: Overview) -> IncidentsView:
        """Of one unit and those beneath it, as pages and report tell it."""
        log, tree = require_log(self.version), self.version.tree
        own = [one for one in self.found if self.month.contains(one.day)]
        counts = count_by_touchpoint(told_apart(own, tree, log.hidden_below), tree, overview["unit"])
        promises: dict[str, list[CommitmentView]] = {}
        for view in overview["commitments"]:
            if view["touchpoint"]:
                promises.setdefault(view["touchpoint"], []).append(view)
        names = [*touchpoints_of(self.version.charter), *(name for name in counts if name)]
        lines: list[TouchpointLine] = [
            {
                "touchpoint": name,
                "count": counts.get(name),
                "rises": name in counts and self._rises(name, overview["unit"]),
                "promises": promises.get(name, []),
            }
            for name in dict.fromkeys(names)
            if name in counts or name in promises
        ]
        if "" in counts:
            lines.append({"touchpoint": "", "count": counts[""], "rises": False, "promises": []})
        return {"lines": lines, "hidden_below": log.hidden_below}

    def printed(self, overview: Overview) -> dict[str, Any]:
        """What the sealed month keeps of it."""
        found = self.of(overview)
        kept = ("touchpoint", "count", "rises")
        lines = [{name: line[name] for name in kept} for line in found["lines"]]  # type: ignore[literal-required]
        return {"lines": lines, "hidden_below": found["hidden_below"]}

    def _rises(self, touchpoint: str, unit: str) -> bool:
        """Whether the last two months have more days with an incident than the months before, beyond chance."""
        tree = self.version.tree
        under, days = tree.under(unit), dict[str, set[date]]()
        for one in self.found:
            if one.touchpoint == touchpoint and one.unit in under:
                days.setdefault(period_at(PeriodKind.MONTH, one.day).key, set()).add(one.day)
        first = min((one.day for one in self.found), default=self.month.start)
        months = [one for one in periods_back(self.month, MOST_MONTHS + WINDOW)[::-1] if one.end >= first]
        line = [Told(len(days.get(one.key, ())), (one.end - one.start).days + 1) for one in months]
        return rise_in(line, len(tree.by_key) * len(touchpoints_of(self.version.charter))) is not None
