"""One reading model, four faces: the overview that desk, intranet page, API, `status` and PDF print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, false, func, select

from charter.domain.charter_file.choices import Choices
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.models import Commitment
from charter.domain.headline import charter_headline, place_of
from charter.domain.monthly import CheckCounts, CommitmentView, Headline, IndicatorView, Overview
from charter.domain.periods import Period
from charter.domain.permissions import Actor, require
from charter.domain.status import commitment_status, is_without_evidence
from charter.domain.terms import CheckState, CommitmentClass, Permission, Reason, Status
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters import History, Version, find_unit, history
from charter.services.classification import classify, minimum_of
from charter.services.figures import month_asked
from charter.services.proofs import Proofs, proofs
from charter.services.recent import Recent, load_recent
from charter.services.views import indicator_view, standing_of, words


def overview(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> Overview:
    """The charter for one month and unit. Raises NotFound, NotAllowed, Invalid (period)."""
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_PAGES, unit_key)
    return build(found, version, month, unit_key, now)


@dataclass(frozen=True)
class _Shown:
    """The figures of a month, read with the version in force then, and all that is known on classes."""

    figures: Recent
    version: Version
    month: Period
    known: Proofs


@dataclass(frozen=True)
class Verdict:
    """What a commitment came to in one month."""

    class_: CommitmentClass
    status: Status
    is_exceeded: bool
    is_measured: bool
    minimum: Status | None


def build(found: History, version: Version, month: Period, unit: str, now: datetime) -> Overview:
    """The overview of a unit, for callers that have checked the right to it."""
    return build_of(read(found, version, month, unit, now), version, month, checks_of(month, now))


def read(
    found: History, version: Version, month: Period, unit: str, now: datetime, *, since: date | None = None
) -> Recent:
    """The figures of a month and of the one before, each by the charter of its time; points back to `since`."""
    before = month.previous()
    asked = [(indicator, month) for _, indicator in version.indicators.values()]
    asked += [(indicator, before) for _, indicator in found.on(before.start).indicators.values()]
    return load_recent(asked, unit, month, history=found, now=now, since=since)


def build_of(
    figures: Recent, version: Version, month: Period, checks: Iterable[Standing], *, only: str | None = None
) -> Overview:
    """The overview that these figures and checks make; of one commitment, where only its figures were read."""
    before, unit = figures.history.on(month.previous().start), figures.unit
    known = proofs()
    last, shown = _Shown(figures, before, month.previous(), known), _Shown(figures, version, month, known)
    earlier = {one.key: _verdict(one, last) for one in before.charter.commitments if only in (None, one.key)}
    views = [
        _commitment_view(number, commitment, shown, earlier.get(commitment.key))
        for number, commitment in enumerate(version.charter.commitments, 1)
        if only in (None, commitment.key)
    ]
    head = version.charter.charter
    instants = [i["known_at"] for view in views for i in view["indicators"] if i["known_at"]]
    return {
        "charter": head.key,
        "title": words(head.title),
        "organisation": head.organisation,
        "is_example": head.is_example,
        "version": version.number,
        "valid_from": version.valid_from.isoformat(),
        "timezone": head.timezone,
        "period": month.key,
        "unit": unit,
        "unit_name": version.tree.by_key[unit].name,
        "known_at": max(instants, default=None),
        "headline": charter_headline(
            ((view["key"], CommitmentClass(view["class"]), Status(view["status"]), view["exceeded"]) for view in views),
            ((view["key"], Status(view["minimum"]["status"])) for view in views if "minimum" in view),
            head.choices,
        ),
        "previous": _headline_of(earlier, before.charter.charter.choices),
        "checks": check_counts(checks),
        "commitments": views,
    }


def _commitment_view(number: int, commitment: Commitment, shown: _Shown, earlier: Verdict | None) -> CommitmentView:
    head = shown.version.charter.charter
    classed = classify(commitment, head, shown.month.end, shown.known)
    views = [indicator_view(indicator, shown.figures, shown.month) for indicator in commitment.indicators]
    status = _status_of(commitment.indicators, views)
    place = place_of(classed.class_, head.choices)
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
    return found


def _verdict(commitment: Commitment, shown: _Shown) -> Verdict:
    """The commitment in an earlier month, by the version in force then."""
    standings = [standing_of(indicator, shown.figures, shown.month) for indicator in commitment.indicators]
    status = commitment_status((one.mandatory, one.status) for one in standings)
    head = shown.version.charter.charter
    classed, choices = classify(commitment, head, shown.month.end, shown.known), head.choices
    statuses = {i.key: one.status.value for i, one in zip(commitment.indicators, standings, strict=True)}
    minimum = minimum_of(commitment, classed, place_of(classed.class_, choices), status, statuses)
    return Verdict(
        class_=classed.class_,
        status=status,
        minimum=Status(minimum["status"]) if minimum else None,
        is_exceeded=_is_exceeded(status, [one.exceeded for one in standings]),
        is_measured=any(one.is_measured for one in standings),
    )


def _headline_of(verdicts: Mapping[str, Verdict], choices: Choices) -> Headline | None:
    """The headline of an earlier month; None before the first figure."""
    if not any(verdict.is_measured for verdict in verdicts.values()):
        return None
    return charter_headline(
        ((key, one.class_, one.status, one.is_exceeded) for key, one in verdicts.items()),
        ((key, one.minimum) for key, one in verdicts.items() if one.minimum is not None),
        choices,
    )


def _status_of(indicators: Sequence[Indicator], views: Sequence[IndicatorView]) -> Status:
    return commitment_status((i.mandatory, Status(view["status"])) for i, view in zip(indicators, views, strict=True))


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
class Standing:
    """Checks of a month that stand alike: those that are done together, each other one by itself."""

    state: CheckState
    indicator: str | None
    period: str | None
    due_at: datetime
    count: int


def checks_of(month: Period, now: datetime) -> list[Standing]:
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
    each = each.where(DueCheck.period_end.between(month.start, month.end), DueCheck.due_at <= now)
    rows = each.subquery()
    keys = (rows.c.state, rows.c.indicator_key, rows.c.period_key)
    found = db.session.execute(select(*keys, func.min(rows.c.due_at), func.count()).group_by(*keys))
    return [Standing(CheckState(state), key, period, due, n) for state, key, period, due, n in found]


_NAMES = (DueCheck.indicator_key, DueCheck.period_key)


def check_counts(checks: Iterable[Standing]) -> CheckCounts:
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
