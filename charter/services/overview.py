"""One reading model, four faces: the overview that desk, intranet page, API, `status` and PDF print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

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
from charter.services.figures import Figures, load, month_asked
from charter.services.proofs import Proofs, proofs
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
class Verdict:
    """What a commitment came to in one month."""

    class_: CommitmentClass
    status: Status
    is_exceeded: bool
    is_measured: bool
    minimum: Status | None


def build(found: History, version: Version, month: Period, unit: str, now: datetime) -> Overview:
    """The overview of a unit, for callers that have checked the right to it."""
    before = found.on(month.previous().start)
    versions = {one.id: one for one in (before, version)}.values()
    indicators = [indicator for one in versions for _, indicator in one.indicators.values()]
    figures = load(indicators, unit, month, history=found, now=now)
    known = proofs()
    last = month.previous()
    earlier = {one.key: _verdict(one, before, (figures, last), known) for one in before.charter.commitments}
    views = [
        _commitment_view(number, commitment, version, (figures, month, earlier.get(commitment.key)), known)
        for number, commitment in enumerate(version.charter.commitments, 1)
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
        "checks": check_counts(month, now),
        "commitments": views,
    }


def _commitment_view(
    number: int,
    commitment: Commitment,
    version: Version,
    shown: tuple[Figures, Period, Verdict | None],
    known: Proofs,
) -> CommitmentView:
    figures, month, earlier = shown
    classed = classify(commitment, version.charter.charter, month.end, known)
    views = [indicator_view(indicator, figures, month) for indicator in commitment.indicators]
    status = _status_of(commitment.indicators, views)
    place = place_of(classed.class_, version.charter.charter.choices)
    return minimum_of(commitment, classed, place, (status, views)) | {  # type: ignore[return-value]
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


def _verdict(commitment: Commitment, version: Version, shown: tuple[Figures, Period], known: Proofs) -> Verdict:
    """The commitment in an earlier month, by the version in force then."""
    figures, month = shown
    standings = [standing_of(indicator, figures, month) for indicator in commitment.indicators]
    status = commitment_status((one.mandatory, one.status) for one in standings)
    classed, choices = classify(commitment, version.charter.charter, month.end, known), version.charter.charter.choices
    statuses = [
        {"key": i.key, "status": one.status.value} for i, one in zip(commitment.indicators, standings, strict=True)
    ]
    minimum = minimum_of(commitment, classed, place_of(classed.class_, choices), (status, statuses)).get("minimum")
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


def check_counts(month: Period, now: datetime) -> CheckCounts:
    """The checks of the periods that ended in the month: due by now, and where they stand."""
    done = (DueCheck.state == CheckState.DONE) & (DueCheck.done_at <= now)
    state = case(
        (done, CheckState.DONE.value),
        (DueCheck.state == CheckState.WAIVED, CheckState.WAIVED.value),
        (DueCheck.lapsed_at <= now, CheckState.LAPSED.value),
        (DueCheck.state == CheckState.FAILED, CheckState.FAILED.value),
        (DueCheck.late_at <= now, CheckState.LATE.value),
        else_=CheckState.DUE.value,
    )
    rows = db.session.execute(
        select(state, func.count())
        .where(DueCheck.period_end.between(month.start, month.end), DueCheck.due_at <= now)
        .group_by(state)
    )
    counts: dict[str, int] = dict(rows.all())
    return {
        "due": sum(counts.values()),
        "done": counts.get(CheckState.DONE, 0),
        "late": counts.get(CheckState.LATE, 0),
        "failed": counts.get(CheckState.FAILED, 0),
        "lapsed": counts.get(CheckState.LAPSED, 0),
        "waived": counts.get(CheckState.WAIVED, 0),
    }
