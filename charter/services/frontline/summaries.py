"""How much staff told, month by month, and where that rises while the figure is green; what they estimate.

What staff tell beside the figures: on the desk signals and estimates, on the page of a promise its words.
What the sealed month holds of what staff told: how much, signals, estimates, and words chosen for print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypedDict

from sqlalchemy import Integer, String, and_, cast, func, null, or_, select, union_all

from charter.domain.frontline.estimates import (
    Answers,
    EstimateView,
    Measured,
    PromiseEstimate,
    UnitEstimate,
    measured_share,
)
from charter.domain.frontline.observations import (
    OF_STAFF,
    MonthPart,
    ObservationKind,
    ObservationState,
    PrintedLine,
    Signal,
    Step,
    TeamView,
)
from charter.domain.frontline.signals import MOST_MONTHS, WINDOW, Rise, lowest, rise_in
from charter.domain.frontline.signals import Told as DaysTold
from charter.domain.overview.model import CommitmentView, Overview
from charter.domain.readings.status import commitment_status
from charter.domain.vocabulary.periods import Period, parse_period, periods_back
from charter.domain.vocabulary.terms import Status
from charter.models.base import db
from charter.models.frontline import Moderation, Observation
from charter.models.readings import ReadingRow
from charter.services.charters.versions import Version, history
from charter.services.frontline.estimates import answers_in, answers_up, estimate_facts, given_in
from charter.services.frontline.incidents_shown import MET, IncidentsView, MonthIncidents, incidents_in, met_in
from charter.services.frontline.observations import Row, observations_told, recent_months
from charter.services.frontline.word_counts import rising_short

Statuses = Mapping[tuple[str, str], str]
"""The status of a promise by unit and key."""

Below = Mapping[str, Mapping[str, float | None]]
"""By indicator, the value of each unit beneath; None where it has too few cases."""


class TeamWords(TypedDict):
    """Words next to the numbers of one promise, and what staff think of it."""

    words: list[Row]
    waiting: int
    estimate: EstimateView
    estimates: list[UnitEstimate]


Days = Mapping[str, set[str]]
"""By month the days on which something was told."""


@dataclass(frozen=True)
class Told:
    """On which days something was told in a month and the two years before, and what was estimated: one statement for
    all units."""

    version: Version
    month: Period
    days: Mapping[tuple[str, str], Days]
    first: str | None
    answers: Mapping[tuple[str, str], Answers]
    incidents: MonthIncidents | None = None

    def rises(self, units: Iterable[str]) -> dict[tuple[str, str], Rise]:
        """By unit and promise, where a unit (with those beneath it) was told more than before."""
        wanted = set(units)
        lines = {
            (unit, commitment): self.line(unit, commitment)
            for (unit, commitment), told in self.days.items()
            if unit in wanted and self.month.key in told
        }
        found = {place: rise_in(line, self.cells) for place, line in lines.items()}
        return {place: rise for place, rise in found.items() if rise is not None}

    @property
    def cells(self) -> int:
        """How many units and promises are looked at together."""
        return len(self.version.tree.by_key) * len(self.version.charter.commitments)

    def line(self, unit: str, commitment: str) -> list[DaysTold]:
        """By month, oldest first: days with a report, and days on which the unit and the promise stood."""
        since = max(self._since.get(commitment, date.min), self.version.tree.by_key[unit].valid_from or date.min)
        told = self.days[unit, commitment]
        spans = [(month, max(month.start, since)) for month in self._months]
        return [DaysTold(len(told.get(one.key, ())), max((one.end - start).days + 1, 0)) for one, start in spans]

    @cached_property
    def _since(self) -> dict[str, date]:
        """The day from which each promise is in the charter."""
        found: dict[str, date] = {}
        for version in history().versions:
            for commitment in version.charter.commitments:
                found.setdefault(commitment.key, version.valid_from)
        return found

    @cached_property
    def _months(self) -> list[Period]:
        """The month and those before it since anything was told at all, oldest first."""
        months = periods_back(self.month, MOST_MONTHS + WINDOW)
        return [month for month in months[::-1] if self.first is not None and month.key >= self.first]

    def of(self, overview: Overview, statuses: Statuses) -> TeamView:
        """Signals and estimates for a unit, as pages and report print them."""
        return {
            "signals": self.signals(overview, statuses),
            "estimates": [self.estimate(overview["unit"], view) for view in overview["commitments"]],
        }

    def signals(self, overview: Overview, statuses: Statuses) -> list[Signal]:
        """Rises in the unit and beneath it where the promise is kept; of units one above the other, the lowest."""
        tree = self.version.tree
        rises = self.rises(tree.under(overview["unit"]))
        parents = {key: unit.parent for key, unit in tree.by_key.items()}
        found = []
        for view in overview["commitments"]:
            kept = {
                unit: rise
                for (unit, key), rise in rises.items()
                if key == view["key"] and statuses.get((unit, key)) == Status.KEPT
            }
            found += [_signal(view, tree.by_key[unit].name, unit, rise) for unit, rise in lowest(kept, parents).items()]
        return sorted(found, key=lambda one: (one["chance"], one["number"], one["unit"]))

    def estimate(self, unit: str, view: CommitmentView) -> PromiseEstimate:
        """What the staff of a unit think, beside what is measured there."""
        answers = self.answers.get((unit, view["key"]), Answers())
        measured = measured_share(view["indicators"])
        facts = estimate_facts(answers, measured)
        return {"number": view["number"], "key": view["key"], "title": view["title"], **facts}


def _signal(view: CommitmentView, name: str, unit: str, rise: Rise) -> Signal:
    return {
        "number": view["number"],
        "key": view["key"],
        "title": view["title"],
        "unit": unit,
        "unit_name": name,
        "count": rise.count,
        "earlier": rise.earlier,
        "months": rise.months,
        "chance": rise.chance,
        "window": rise.window,
    }


def load_told(version: Version, month: Period) -> Told:
    """What was told and estimated in a month, and told in the two years before; what was set aside does not count."""
    decided = (
        select(Moderation.step)
        .where(Moderation.observation_id == Observation.id, Moderation.step != Step.ANSWER.value)
        .order_by(Moderation.id.desc())
        .limit(1)
        .correlate(Observation)
        .scalar_subquery()
    )
    first = select(func.min(Observation.month)).scalar_subquery()
    kinds = [ObservationKind.OBSTACLE.value, ObservationKind.CUSTOMER.value]
    columns = (Observation.unit_key, Observation.commitment_key, Observation.month)
    day = cast(func.date(Observation.sent_at), String)
    told = (
        select(*columns, func.count(), cast(null(), Integer), first, day)
        .where(
            Observation.month.in_(recent_months(month, MOST_MONTHS + WINDOW)),
            Observation.kind.in_(kinds),
            func.coalesce(decided, "") != Step.SET_ASIDE.value,
        )
        .group_by(*columns, day)
    )
    given = given_in(month.key).add_columns(cast(null(), String), cast(null(), String))
    met = met_in(version, recent_months(month, MOST_MONTHS + WINDOW), decided)
    everything = db.session.execute(union_all(told, given, *met)).all()
    rows = [row for row in everything if row[5] != MET]
    tree, days, since = version.tree, dict[tuple[str, str], dict[str, set[str]]](), None
    for unit, commitment, key, _, _, since, on in (row for row in rows if row[4] is None):  # noqa: B007  # the same on each
        for above in tree.path(unit) if unit in tree else [tree.root.key]:
            days.setdefault((above, commitment), {}).setdefault(key, set()).add(on)
    answers = answers_up(version, (row for row in rows if row[4] is not None), None)
    return Told(version, month, days, since, answers, incidents_in(version, month, everything))


def statuses_of(overview: Overview, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The status of promises in other units, for the periods that the overview shows: one statement."""
    views = {view["key"]: view for view in overview["commitments"]}
    wanted = [(unit, views[key]) for unit, key in places if key in views]
    asked = [
        and_(
            ReadingRow.indicator_key == indicator["key"],
            ReadingRow.period_key == indicator["period"],
            ReadingRow.unit_key == unit,
        )
        for unit, view in wanted
        for indicator in view["indicators"]
        if indicator["mandatory"]
    ]
    if not asked:
        return {}
    columns = (ReadingRow.unit_key, ReadingRow.indicator_key, ReadingRow.status)
    rows = {
        (row.unit_key, row.indicator_key): row.status for row in db.session.execute(select(*columns).where(or_(*asked)))
    }
    return {
        (unit, view["key"]): commitment_status(
            (one["mandatory"], Status(rows.get((unit, one["key"]), Status.NO_DATA))) for one in view["indicators"]
        ).value
        for unit, view in wanted
    }


class DeskPart(NamedTuple):
    """What staff tell beside the figures of the desk, and the incivility that they wrote down; None without a log."""

    team: TeamView
    incidents: IncidentsView | None


def desk_part(version: Version, overview: Overview) -> DeskPart:
    """What staff tell of the desk's month and unit: one statement, a second where something rises below."""
    found = load_told(version, parse_period(overview["period"]))
    own: dict[tuple[str, str], str] = {
        (overview["unit"], view["key"]): view["status"] for view in overview["commitments"]
    }
    below = {place for place in found.rises(version.tree.under(overview["unit"])) if place not in own}
    incidents = None if found.incidents is None else found.incidents.of(overview)
    return DeskPart(found.of(overview, own | statuses_of(overview, below)), incidents)


def commitment_part(
    version: Version, overview: Overview, view: CommitmentView, below: Below, current: Period
) -> TeamWords:
    """Words next to the numbers of one promise: those accepted lately, and what staff think of it, unit by unit."""
    month = parse_period(overview["period"])
    is_newest = month == current.previous()
    months = ([current.key] if is_newest else []) + recent_months(month, 3)
    rows = observations_told(version.tree, months, unit=overview["unit"], commitment=view["key"])
    found = answers_in(version, month.key, version.tree.under(overview["unit"]))
    own = measured_share(view["indicators"])
    return {
        "words": [row for row in [*rows, *_whys(version, overview, view)] if row["state"] == ObservationState.ACCEPTED],
        "waiting": sum(row["state"] == ObservationState.WAITING for row in rows),
        "estimate": estimate_facts(found.get((overview["unit"], view["key"]), Answers()), own),
        "estimates": _by_unit(version, view, below, (found, own)),
    }


def _whys(version: Version, overview: Overview, view: CommitmentView) -> list[Row]:
    """What customers wrote of a promise in surveys of the last year: on the page of the whole, which it is of."""
    root = version.tree.root.key
    if overview["unit"] != root:
        return []
    months = recent_months(parse_period(overview["period"]).next(), 13)
    return observations_told(version.tree, months, unit=root, commitment=view["key"], kinds=(ObservationKind.WHY,))


def _by_unit(
    version: Version,
    view: CommitmentView,
    below: Below,
    given: tuple[Mapping[tuple[str, str], Answers], Measured | None],
) -> list[UnitEstimate]:
    """The units beneath with five answers or more, beside their own measured share."""
    found, own = given
    values = below.get(own.indicator, {}) if own is not None else {}
    lower = own is not None and any(i["key"] == own.indicator and i["direction"] == "lower" for i in view["indicators"])
    shown: list[UnitEstimate] = []
    for (unit, key), answers in found.items():
        if key != view["key"] or answers.share is None or unit not in values:
            continue
        value = values[unit]
        share = None if value is None else 1 - value if lower else value
        measured = None if own is None or share is None else Measured(share, own.nature, own.indicator, own.period)
        facts = estimate_facts(answers, measured)
        shown.append({"unit": unit, "unit_name": version.tree.by_key[unit].name, **facts})
    return sorted(shown, key=lambda row: row["unit_name"])


MOST_PRINTED = 200


class MonthTold:
    """For the sealed month, unit by unit: what was told (how much, and the words chosen for print), signals, estimates,
    thanks. Only words that a reader chose for the report are in it: a sealed month never changes.
    """

    def __init__(self, version: Version, month: Period) -> None:
        self._tree, self._found = version.tree, load_told(version, month)
        self._written = rising_short(history().current, month, version.tree.by_key)
        root = version.tree.root.key
        self._rows = observations_told(version.tree, [month.key], unit=root, kinds=OF_STAFF, limit=100_000)

    def part(self, overview: Overview, statuses: Statuses) -> MonthPart:
        """Of one unit; `statuses` are those of its promises and of the units beneath it."""
        under, is_whole = self._tree.under(overview["unit"]), overview["unit"] == self._tree.root.key
        own = [row for row in self._rows if is_whole or row["unit"] in under]
        printed = _printed(own, overview)
        part: MonthPart = {
            "told": _counts(own),
            "words": [line for line in printed if line["kind"] != ObservationKind.THANKS],
            "thanks": [line for line in printed if line["kind"] == ObservationKind.THANKS],
            **self._found.of(overview, statuses),  # type: ignore[typeddict-item]  # the log of incidents comes after
        }
        if written := self._written.get(overview["unit"]):
            part["written"] = written
        if self._found.incidents is not None:
            part["incidents"] = self._found.incidents.printed(overview)
        return part


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    told_ones = [row for row in rows if row["kind"] != ObservationKind.THANKS]
    states = [row["state"] for row in told_ones]
    by_state = {state.value: states.count(state.value) for state in ObservationState}
    return {"sent": len(told_ones), "answered": sum(row["answer"] is not None for row in told_ones)} | by_state


def _printed(rows: Sequence[Row], overview: Overview) -> list[PrintedLine]:
    """The words and thanks that a reader chose for the report, in the order of the charter."""
    views = {view["key"]: view for view in overview["commitments"]}
    shown = [row for row in rows if row["is_printed"] and row["text"]][:MOST_PRINTED]
    lines = [_line(row, views.get(row["commitment"] or "")) for row in shown]
    return sorted(lines, key=lambda line: (line["number"] is None, line["number"] or 0))


def _line(row: Row, view: CommitmentView | None) -> PrintedLine:
    return {
        "kind": row["kind"],
        "number": view["number"] if view else None,
        "title": view["title"] if view else None,
        "unit_name": row["unit_name"],
        "text": row["text"],
        "answer": row["answer"],
    }
