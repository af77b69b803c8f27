"""One reading model, four faces: the overview that desk, intranet page, API, `status` and PDF print.

Beside each figure of the desk: the same period of the year before, and the year to date, from what was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, false, func, select

from charter.domain.charter_file.charter import Choices, Commitment
from charter.domain.charter_file.indicators import Indicator, Rate
from charter.domain.overview.amounts import case_words
from charter.domain.overview.headline import Entry, charter_headline, place_of
from charter.domain.overview.model import (
    CheckCounts,
    CommitmentView,
    Headline,
    IndicatorView,
    Overview,
    OverviewHead,
    words,
)
from charter.domain.overview.year_to_date import Beside, Part, ToDate, YearBefore, year_to_date
from charter.domain.readings.status import commitment_status, is_without_evidence
from charter.domain.vocabulary.counts import Number
from charter.domain.vocabulary.periods import Period, parse_period, period_at, year_before
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CheckState, CommitmentClass, PeriodKind, Permission, Reason, Status
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import History, Version, find_unit, history
from charter.services.classes.current import Classed, classify, minimum_of
from charter.services.classes.known_evidence import KnownEvidence, known_evidence
from charter.services.readings.compensation import tell_compensation
from charter.services.readings.current_figures import month_asked
from charter.services.readings.effort import tell_insides
from charter.services.readings.indicator_view import indicator_status_of, indicator_view, value_at
from charter.services.readings.recent_queries import RecentReadings, load_recent


def overview(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> Overview:
    """The charter for one month and unit. Raises NotFound, NotAllowed, Invalid (period)."""
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_PAGES, unit_key)
    return tell_insides(version, build(found, version, month, unit_key, now))


ClassedMonths = dict[tuple[str, Period], Classed]
"""The class of each commitment in a month."""


@dataclass(frozen=True)
class _Shown:
    """The figures of a month, read with the version in force then, and all that is known on classes."""

    figures: RecentReadings
    version: Version
    month: Period
    known: KnownEvidence
    classed: ClassedMonths

    def classify(self, commitment: Commitment) -> Classed:
        """The class of a commitment on the month's last day, which is the same in every unit."""
        place = (commitment.key, self.month)
        if place not in self.classed:
            self.classed[place] = classify(commitment, self.version.charter.charter, self.month.end, self.known)
        return self.classed[place]


@dataclass(frozen=True)
class Verdict:
    """What a commitment came to in one month."""

    class_: CommitmentClass
    status: Status
    is_exceeded: bool
    is_measured: bool
    is_by_means: bool
    minimum: Status | None


def build(found: History, version: Version, month: Period, unit: str, now: datetime) -> Overview:
    """The overview of a unit, for callers that have checked the right to it."""
    return build_of(read(found, version, month, unit, now), version, month, checks_of(month, now))


def read(
    found: History, version: Version, month: Period, unit: str, now: datetime, *, since: date | None = None
) -> RecentReadings:
    """The figures of a month and of the one before, each by the charter of its time; points back to `since`."""
    before = month.previous()
    asked = [(indicator, month) for _, indicator in version.indicators.values()]
    asked += [(indicator, before) for _, indicator in found.on(before.start).indicators.values()]
    return load_recent(asked, unit, month, history=found, now=now, since=since)


def build_of(
    figures: RecentReadings,
    version: Version,
    month: Period,
    checks: Iterable[CheckGroup],
    *,
    only: str | None = None,
    classed: ClassedMonths | None = None,
) -> Overview:
    """The overview that these figures and checks make; of one commitment, where only its figures were read. `classed`:
    what other units of the same month have found of the classes already."""
    before, unit = figures.history.on(month.previous().start), figures.unit
    known, classed = known_evidence(), {} if classed is None else classed
    last = _Shown(figures, before, month.previous(), known, classed)
    shown = _Shown(figures, version, month, known, classed)
    earlier = {one.key: _verdict(one, last) for one in before.charter.commitments if only in (None, one.key)}
    views = [
        _commitment_view(number, commitment, shown, earlier.get(commitment.key))
        for number, commitment in enumerate(version.charter.commitments, 1)
        if only in (None, commitment.key)
    ]
    tell_compensation(version, views, unit, month.end, figures.now)
    instants = [i["known_at"] for view in views for i in view["indicators"] if i["known_at"]]
    return {
        **_head(version, month),
        "unit": unit,
        "unit_name": version.tree.by_key[unit].name,
        "known_at": max(instants, default=None),
        "headline": charter_headline(
            map(_entry, views),
            ((view["key"], Status(view["minimum"]["status"])) for view in views if "minimum" in view),
            version.charter.charter.choices,
        ),
        "previous": _headline_of(earlier, before.charter.charter.choices),
        "checks": check_counts(checks),
        "commitments": views,
    }


def _head(version: Version, month: Period) -> OverviewHead:
    head = version.charter.charter
    return {
        "charter": head.key,
        "title": words(head.title),
        "organisation": head.organisation,
        "is_example": head.is_example,
        "version": version.number,
        "valid_from": version.valid_from.isoformat(),
        "timezone": head.timezone,
        "period": month.key,
    }


def _entry(view: CommitmentView) -> Entry:
    return Entry(
        view["key"], CommitmentClass(view["class"]), Status(view["status"]), view["exceeded"], "by_means" in view
    )


def _commitment_view(number: int, commitment: Commitment, shown: _Shown, earlier: Verdict | None) -> CommitmentView:
    classed = shown.classify(commitment)
    views = [indicator_view(indicator, shown.figures, shown.month) for indicator in commitment.indicators]
    for indicator, view in zip(commitment.indicators, views, strict=True):
        view |= case_words(indicator, commitment)  # type: ignore[typeddict-item]  # one key or none
    standings = zip(commitment.indicators, views, strict=True)
    status = commitment_status((one.mandatory, Status(view["status"])) for one, view in standings)
    place = place_of(classed.class_, shown.version.charter.charter.choices)
    found: CommitmentView = {
        "number": number,
        "key": commitment.key,
        "title": words(commitment.title),
        "promise": words(commitment.promise),
        "guidance": words(commitment.guidance) if commitment.guidance else None,
        "may_grant": words(commitment.may_grant) if commitment.may_grant else None,
        "owner": commitment.owner,
        "touchpoint": commitment.touchpoint,
        "components": [component.value for component in commitment.components],
        "promisor": commitment.promisor.value,
        "promisee": commitment.promisee.value,
        "class": classed.class_.value,
        "strength": classed.suggestion.strength.value,
        "because": classed.suggestion.because,
        "decided_by": classed.decision.by if classed.decision else None,
        "status": status.value,
        "reason": _reason_of(status, commitment.indicators, views),
        "previous_status": earlier.status.value if earlier is not None and earlier.is_measured else None,
        "exceeded": _is_exceeded(status, [view["exceeded"] for view in views]),
        "indicators": views,
        "place": place,
    }
    minimum = minimum_of(commitment, classed, place, status, {view["key"]: view["status"] for view in views})
    if minimum is not None:
        found["minimum"] = minimum
    if commitment.is_by_means:
        found["by_means"] = True
    return found


def _verdict(commitment: Commitment, shown: _Shown) -> Verdict:
    """The commitment in an earlier month, by the version in force then."""
    standings = [indicator_status_of(indicator, shown.figures, shown.month) for indicator in commitment.indicators]
    status = commitment_status((one.mandatory, one.status) for one in standings)
    classed, choices = shown.classify(commitment), shown.version.charter.charter.choices
    statuses = {i.key: one.status.value for i, one in zip(commitment.indicators, standings, strict=True)}
    minimum = minimum_of(commitment, classed, place_of(classed.class_, choices), status, statuses)
    return Verdict(
        class_=classed.class_,
        status=status,
        minimum=Status(minimum["status"]) if minimum else None,
        is_exceeded=_is_exceeded(status, [one.exceeded for one in standings]),
        is_measured=any(one.is_measured for one in standings),
        is_by_means=commitment.is_by_means,
    )


def _headline_of(verdicts: Mapping[str, Verdict], choices: Choices) -> Headline | None:
    """The headline of an earlier month; None before the first figure."""
    if not any(verdict.is_measured for verdict in verdicts.values()):
        return None
    return charter_headline(
        (Entry(key, one.class_, one.status, one.is_exceeded, one.is_by_means) for key, one in verdicts.items()),
        ((key, one.minimum) for key, one in verdicts.items() if one.minimum is not None),
        choices,
    )


def _reason_of(status: Status, indicators: Sequence[Indicator], views: Sequence[IndicatorView]) -> str | None:
    """Why the commitment is not a plain verdict: the reason of the indicator that made its status."""
    if is_without_evidence((i.mandatory, status) for i in indicators):
        return Reason.WITHOUT_EVIDENCE.value
    for indicator, view in zip(indicators, views, strict=True):
        if indicator.mandatory and view["status"] == status:
            return view["reason"]
    return None


def _is_exceeded(status: Status, exceeded: Sequence[bool | None]) -> bool:
    passed = [one for one in exceeded if one is not None]
    return status is Status.KEPT and bool(passed) and all(passed)


@dataclass(frozen=True)
class CheckGroup:
    """Checks of a month that stand alike: those that are done together, each other one by itself."""

    state: CheckState
    indicator: str | None
    period: str | None
    due_at: datetime
    count: int


def checks_of(month: Period, now: datetime) -> list[CheckGroup]:
    """The checks of the periods that ended in the month, due by now: where they stand, in one statement."""
    done = (DueCheck.state == CheckState.DONE) & (DueCheck.done_at <= now)
    state = case(
        (done, CheckState.DONE.value),
        (DueCheck.state == CheckState.WAIVED, CheckState.WAIVED.value),
        (DueCheck.lapsed_at <= now, CheckState.LAPSED.value),
        (DueCheck.state == CheckState.FAILED, CheckState.FAILED.value),
        (DueCheck.late_at <= now, CheckState.LATE.value),
        else_=CheckState.DUE.value,
    )
    named = [case((~func.coalesce(done, false()), column), else_=None) for column in _NAMES]
    each = select(state.label("state"), *(n.label(c.key) for n, c in zip(named, _NAMES, strict=True)), DueCheck.due_at)
    rows = each.where(DueCheck.period_end.between(month.start, month.end), DueCheck.due_at <= now).subquery()
    keys = (rows.c.state, rows.c.indicator_key, rows.c.period_key)
    found = db.session.execute(select(*keys, func.min(rows.c.due_at), func.count()).group_by(*keys))
    return [CheckGroup(CheckState(state), key, period, due, n) for state, key, period, due, n in found]


_NAMES = (DueCheck.indicator_key, DueCheck.period_key)


def check_counts(checks: Iterable[CheckGroup]) -> CheckCounts:
    """How many of these checks stand where."""
    counts: Counter[str] = Counter()
    for check in checks:
        counts[check.state] += check.count
    return {
        "due": counts.total(),
        "done": counts[CheckState.DONE],
        "late": counts[CheckState.LATE],
        "failed": counts[CheckState.FAILED],
        "lapsed": counts[CheckState.LAPSED],
        "waived": counts[CheckState.WAIVED],
    }


def beside(figures: RecentReadings, month: Period, indicator: Indicator, view: IndicatorView) -> Beside:
    """`before`: period, value and change of the year before, or None; `to_date`: the year of the month asked for.

    A changed definition between then and now is no comparison: `is_other` says so in its place.
    """
    shown = parse_period(view["period"])
    return {"before": _before(figures, shown, indicator, view), "to_date": _to_date(figures, month, shown, indicator)}


def _before(figures: RecentReadings, shown: Period, indicator: Indicator, view: IndicatorView) -> YearBefore | None:
    then = year_before(shown)
    row = figures.readings.get((indicator.key, then.key)) if then is not None else None
    now = figures.readings.get((indicator.key, shown.key))
    if then is None or row is None:
        return None
    value = value_at(row, now) if now is not None else row.value
    if value is None:
        return None
    is_other = row.definition_hash != now.definition_hash if now is not None else False
    change = None if is_other or view["value"] is None else view["value"] - value
    return {"period": then.key, "value": value, "status": row.status, "change": change, "is_other": is_other}


def _to_date(figures: RecentReadings, month: Period, shown: Period, indicator: Indicator) -> ToDate | None:
    year = period_at(PeriodKind.YEAR, month.start)
    periods = [period for period in _back(figures, shown, indicator) if year.contains(period.start)]
    now = figures.readings.get((indicator.key, shown.key))
    parts = [_part(figures, indicator, period, now) for period in periods[::-1]]
    return year_to_date(indicator.kind, parts, indicator.per if isinstance(indicator, Rate) else 1)


def _back(figures: RecentReadings, shown: Period, indicator: Indicator) -> list[Period]:
    """The periods back from the one shown, as far as a year goes."""
    length = {PeriodKind.DAY: 366, PeriodKind.WEEK: 53}.get(indicator.period, 12)
    return list(figures.back_from(shown, length))


def _part(figures: RecentReadings, indicator: Indicator, period: Period, now: Any) -> Part:
    row = figures.readings.get((indicator.key, period.key))
    if row is None:
        return Part(period.key)
    value: float | None = row.value
    numerator: Number | None = row.numerator
    if row.steps and now is not None and now.steps:
        delay = now.steps[now.shown or 0]["delay"]
        same = next((step for step in row.steps if step["delay"] == delay), None)
        value, numerator = (same["value"], same["numerator"]) if same else (None, None)
    return Part(
        period.key,
        value,
        numerator,
        row.denominator,
        is_break=bool(row.is_break),
        is_weighted=row.effective_n is not None,
        is_kept=row.status == Status.KEPT,
    )
