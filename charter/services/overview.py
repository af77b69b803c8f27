"""One reading model, four faces: the overview that desk, intranet page, API, `status` and PDF print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.models import Commitment
from charter.domain.headline import charter_headline
from charter.domain.monthly import CheckCounts, CommitmentView, Headline, IndicatorView, Overview
from charter.domain.periods import Period
from charter.domain.permissions import Actor, require
from charter.domain.status import commitment_status, is_without_evidence
from charter.domain.terms import CheckState, CommitmentClass, Permission, Reason, Status
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters import History, Version, find_unit, history
from charter.services.classification import classify
from charter.services.figures import Figures, load, month_asked
from charter.services.views import indicator_view, words


def overview(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> Overview:
    """The charter for one month and unit. Raises NotFound, NotAllowed, Invalid (period)."""
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_PAGES, unit_key)
    return build(found, version, month, unit_key, now)


def build(found: History, version: Version, month: Period, unit: str, now: datetime) -> Overview:
    """The overview of a unit, for callers that have checked the right to it."""
    indicators = [indicator for _, indicator in version.indicators.values()]
    figures = load(indicators, unit, month, since=found.first.valid_from, now=now)
    views = [
        _commitment_view(number, commitment, version, (figures, month))
        for number, commitment in enumerate(version.charter.commitments, 1)
    ]
    head = version.charter.charter
    known = [i["known_at"] for view in views for i in view["indicators"] if i["known_at"]]
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
        "known_at": max(known, default=None),
        "headline": charter_headline(
            (view["key"], CommitmentClass(view["class"]), Status(view["status"]), view["exceeded"]) for view in views
        ),
        "previous": _headline_before(version, figures, month.previous()),
        "checks": check_counts(month, now),
        "commitments": views,
    }


def _commitment_view(
    number: int, commitment: Commitment, version: Version, shown: tuple[Figures, Period]
) -> CommitmentView:
    figures, month = shown
    classed = classify(commitment, version.charter.charter, month.end)
    views = [indicator_view(version, indicator, figures, month) for indicator in commitment.indicators]
    status = _status_of(commitment.indicators, views)
    before = [indicator_view(version, indicator, figures, month.previous()) for indicator in commitment.indicators]
    return {
        "number": number,
        "key": commitment.key,
        "title": words(commitment.title),
        "promise": words(commitment.promise),
        "guidance": words(commitment.guidance) if commitment.guidance else None,
        "owner": commitment.owner,
        "touchpoint": commitment.touchpoint,
        "components": [component.value for component in commitment.components],
        "promisor": commitment.promisor.value,
        "promisee": commitment.promisee.value,
        "class": classed.class_.value,
        "strength": classed.suggestion.strength.value,
        "because": classed.suggestion.because,
        "decided_by": classed.decided_by,
        "status": status.value,
        "reason": _reason_of(status, commitment.indicators, views),
        "previous_status": _previous(commitment.indicators, before, figures),
        "exceeded": _is_exceeded(status, views),
        "indicators": views,
    }


def _headline_before(version: Version, figures: Figures, month: Period) -> Headline | None:
    """The headline of the month before, by the classes of that time; None before the first figure."""
    entries = []
    for commitment in version.charter.commitments:
        views = [indicator_view(version, indicator, figures, month) for indicator in commitment.indicators]
        status = _status_of(commitment.indicators, views)
        class_ = classify(commitment, version.charter.charter, month.end).class_
        entries.append((commitment.key, class_, status, _is_exceeded(status, views), views))
    if all(view["known_at"] is None for *_, views in entries for view in views):
        return None
    return charter_headline(entry[:4] for entry in entries)


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


def _previous(indicators: Sequence[Indicator], before: Sequence[IndicatorView], figures: Figures) -> str | None:
    """The status a month earlier; None where nothing had been measured yet."""
    if all(view["known_at"] is None for view in before):
        return None
    return _status_of(indicators, before).value


def _is_exceeded(status: Status, views: Sequence[IndicatorView]) -> bool:
    passed = [view["exceeded"] for view in views if view["exceeded"] is not None]
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
    counts: dict[str, int] = {name: number for name, number in rows}
    return {
        "due": sum(counts.values()),
        "done": counts.get(CheckState.DONE, 0),
        "late": counts.get(CheckState.LATE, 0),
        "failed": counts.get(CheckState.FAILED, 0),
        "lapsed": counts.get(CheckState.LAPSED, 0),
        "waived": counts.get(CheckState.WAIVED, 0),
    }
