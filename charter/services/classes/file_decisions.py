"""What an applied charter file decides on classes joins the one history of decisions; past months keep their class."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.evidence import Decision
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor
from charter.models.base import db
from charter.models.classes import ClassDecision
from charter.models.records import Snapshot


def record_file_decisions(actor: Actor, now: datetime, charter: Charter) -> None:
    """Within the caller's transaction: append each decision that the file did not say before.

    The first decision on a commitment holds from its own date; a later one from its date too, but never from before
    the month in which it is applied. No decision reaches into a sealed month.
    """
    today = now.astimezone(ZoneInfo(charter.charter.timezone)).date()
    known: dict[str, list[ClassDecision]] = {}
    for row in db.session.execute(select(ClassDecision).order_by(ClassDecision.id)).scalars():
        known.setdefault(row.commitment_key, []).append(row)
    unsealed = _first_unsealed_day()
    for commitment in charter.commitments:
        before = known.get(commitment.key, [])
        said = next((row for row in reversed(before) if row.origin == "file"), None)
        if commitment.class_ is not None and not _is_same(said, commitment.class_):
            earliest = max([unsealed, *([today.replace(day=1)] if before else [])], default=date.min)
            _append(actor, now, commitment.key, commitment.class_, max(commitment.class_.date, earliest))
        elif commitment.class_ is None and said is not None and said.class_ and before[-1] is said:
            _give_back(actor, now, commitment.key, max(today.replace(day=1), unsealed), today)


def _is_same(said: ClassDecision | None, decision: Decision) -> bool:
    if said is None:
        return False
    told = (said.class_, said.decided_by, said.because, said.decided_on)
    return told == (decision.decided.value, decision.by, decision.because, decision.date)


def _append(actor: Actor, now: datetime, key: str, decision: Decision, valid_from: date) -> None:
    db.session.add(
        ClassDecision(
            commitment_key=key,
            class_=decision.decided.value,
            because=decision.because,
            valid_from=valid_from,
            origin="file",
            disagreements=[],
            decided_by=decision.by,
            decided_on=decision.date,
            recorded_at=now,
            recorded_by=actor.name,
        )
    )


def _give_back(actor: Actor, now: datetime, key: str, valid_from: date, today: date) -> None:
    """The file says nothing any more: the evidence speaks again."""
    db.session.add(
        ClassDecision(
            commitment_key=key,
            because="",
            valid_from=valid_from,
            origin="file",
            disagreements=[],
            decided_by=actor.name,
            decided_on=today,
            recorded_at=now,
            recorded_by=actor.name,
        )
    )


def _first_unsealed_day() -> date:
    newest = db.session.execute(select(func.max(Snapshot.period_key))).scalar_one_or_none()
    return date.min if newest is None else parse_period(newest).end + timedelta(days=1)
